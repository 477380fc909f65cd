"""A request's frames lie in one chunk: no loop maps memory at each call."""

import resource
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from familylaw.stack_room import room_for_frames

CALLS = 1_000
# A template of ours is rendered some 120 frames deep.
DEPTHS = range(400)


def faults_of_calls() -> int:
    """Count the pages of memory that a loop of small calls maps anew."""

    def inner(number: int) -> int:
        return abs(number)

    def outer(number: int) -> int:
        return inner(inner(number))

    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    for number in range(CALLS):
        outer(number)
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before


def at_depth(depth: int, work: Callable[[], int]) -> int:
    return at_depth(depth - 1, work) if depth else work()


def worst() -> int:
    return max(at_depth(depth, faults_of_calls) for depth in DEPTHS)


def test_no_depth_of_a_request_maps_memory_at_each_call() -> None:
    found: list[int] = []

    def view(_request: HttpRequest) -> HttpResponse:
        found.append(worst())
        return HttpResponse()

    room_for_frames(view)(HttpRequest())
    assert found[0] < CALLS / 2

    # Without it, some depth does: the test sees what it looks for.
    assert worst() >= CALLS
