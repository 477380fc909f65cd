"""Work of the worker: sending messages. A job carries a message's number and nothing else."""

from procrastinate.contrib.django import app

from office.messaging import delivery
from office.messaging.outbox import QUEUE, SEND_TASK


@app.task(name=SEND_TASK, queue=QUEUE)
def send_message(message_id: int) -> None:
    delivery.send(message_id)


@app.periodic(cron="* * * * *")
@app.task(name="office.tasks.find_unsent", queue=QUEUE, queueing_lock="find-unsent")
def find_unsent(timestamp: int) -> None:
    delivery.find_unsent()
