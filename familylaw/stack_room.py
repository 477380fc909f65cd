"""Room for the calls of a whole request in one piece of memory.

CPython keeps the frames of a thread in chunks of 16 KB. A loop whose calls cross the end of a chunk
maps and unmaps memory at each turn, and a page of ours rendered there took three times as long: which
page it was depended on the number of middlewares. A frame that asks for more than a chunk gets one of
its own size, and what it calls fits into the rest.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# In words of 8 bytes: takes a chunk of 128 KB, whose other half is free. Nothing of it is touched.
_WORDS = 7_200


def room_for_frames(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    answer.__code__ = answer.__code__.replace(co_stacksize=_WORDS)
    return answer
