"""The worker, for as long as something waits."""

import threading

from procrastinate.contrib.django import app


def run_what_waits() -> None:
    """Run all waiting jobs as the worker process does; whatever it raises is raised here.

    In a thread of its own, as in a process of its own: Playwright keeps a loop running in the thread
    of the tests, and there is one loop a thread.
    """
    raised: list[BaseException] = []

    def run() -> None:
        try:
            with app.replace_connector(app.connector.get_worker_connector()):
                app.run_worker(wait=False, listen_notify=False, install_signal_handlers=False)
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if raised:
        raise raised[0]
