"""The real server is restarted under a running site: visitors, messages and probes come through it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.database import Cluster
from launcher.places import server_account
from tests.familylaw.running import Copy, copied, running
from tests.familylaw.visiting import Crowd, ask, is_sent, well_again, write_a_message
from tests.server import at_once


@pytest.fixture(scope="module")
def cluster(first_start: tuple[Path, str]) -> Iterator[Cluster]:
    """Run the server of the demo's data, which the site only knows by its address."""
    with copied(first_start[0]) as folder:
        cluster = Cluster(folder, server_account(), throwaway=True)
        cluster.start()
        yield cluster
        cluster.stop()


@pytest.fixture(scope="module")
def running_site(cluster: Cluster) -> Iterator[Copy]:
    with running(cluster.folder, DATABASE_URL=cluster.url()) as copy:
        yield copy


@pytest.fixture
def site(running_site: Copy) -> Copy:
    """Return the site as each test finds it, and has to leave it: ready."""
    assert running_site.becomes_ready()[0] == 200
    # Every thread of both processes has had a connection, which the restart will cut.
    at_once([lambda: ask(running_site.address, "/") for _ in range(16)])
    return running_site


def test_a_restart_costs_nobody_an_error_and_messages_go_on(site: Copy, cluster: Cluster) -> None:
    crowd = Crowd(site.address)
    with crowd.walking():
        time.sleep(1)
        cluster.stop()
        cluster.start()
        answers_again = time.monotonic()
        assert well_again(site)
    assert {answer.status for answer in crowd.answers} <= {200, 503}
    after = [answer for answer in crowd.answers if answer.begun > answers_again]
    assert 200 in {answer.status for answer in after}
    assert is_sent(cluster.url(), write_a_message(cluster.url(), cluster.folder))
    assert site.becomes_ready()[0] == 200
    # The worker has come back by itself: nothing but it was to be started again.
    assert not [line for line in site.lines if "stopped unexpectedly" in line]


def test_a_server_that_is_away_is_told_calmly_and_soon(site: Copy, cluster: Cluster) -> None:
    phone = ask(site.address, "/").text.partition('href="tel:')[2].partition('"')[0]
    assert phone
    cluster.stop()
    answers = at_once([lambda: ask(site.address, "/", "fi") for _ in range(20)])
    assert {answer.status for answer in answers} == {503}
    for answer in answers:
        assert answer.headers["Retry-After"] == "10"
        assert 'href="tel:112"' in answer.text
        assert f'href="tel:{phone}"' in answer.text
        assert "Palvelu on hetken poissa käytöstä" in answer.text
    # Those who look after the site are answered meanwhile, and told what it is.
    probe = ask(site.address, "/readyz")
    assert (probe.status, '"database": false' in probe.text) == (503, True)
    assert ask(site.address, "/healthz").status == 200
    cluster.start()
    assert well_again(site)
    assert site.becomes_ready()[0] == 200
