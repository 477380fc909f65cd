"""Keys pressed by somebody at a page."""

from playwright.sync_api import Page


def press(page: Page, key: str) -> None:
    """Press the key once the page listens: its scripts have run when it is loaded."""
    page.wait_for_load_state()
    page.keyboard.press(key)
