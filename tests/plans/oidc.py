"""A small OpenID provider of its own, over real HTTP: discovery, keys, sign-in, tokens."""

import base64
import hashlib
import json
import secrets
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

CLIENT, SECRET = "the-unit", "a secret between the two"


class Provider:
    """Whoever comes is signed in as `subject` at once. What it gets wrong can be set."""

    def __init__(self) -> None:
        self.subject, self.name = "subject-of-aino", "Aino Aalto"
        self.key = generate_private_key(65537, 2048)
        self.signs_with: RSAPrivateKey = self.key
        self.claims: dict[str, Any] = {}
        self.refuses = ""
        self.asked: list[dict[str, str]] = []
        self._codes: dict[str, dict[str, str]] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                url = urllib.parse.urlsplit(self.path)
                provider._get(self, url.path, dict(urllib.parse.parse_qsl(url.query)))

            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
                provider._token(self, dict(urllib.parse.parse_qsl(sent)))

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"

    def _get(self, handler: Any, path: str, query: dict[str, str]) -> None:
        if path == "/.well-known/openid-configuration":
            paths = {
                "authorization_endpoint": "/authorize",
                "token_endpoint": "/token",
                "userinfo_endpoint": "/userinfo",
                "jwks_uri": "/keys",
            }
            ends = {name: self.issuer + end for name, end in paths.items()}
            methods = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
            _json(handler, {"issuer": self.issuer, **ends, **methods})
        elif path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            _json(handler, {"keys": [{**public, "kid": "one", "alg": "RS256", "use": "sig"}]})
        elif path == "/authorize":
            self.asked.append(query)
            code = secrets.token_urlsafe(16)
            self._codes[code] = query
            said = {"error": self.refuses} if self.refuses else {"code": code}
            back = urllib.parse.urlencode({**said, "state": query["state"]})
            handler.send_response(302)
            handler.send_header("Location", f"{query['redirect_uri']}?{back}")
            handler.end_headers()
        else:
            handler.send_error(404)

    def _token(self, handler: Any, sent: dict[str, str]) -> None:
        asked = self._codes.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        right = (
            asked is not None
            and (sent.get("client_id"), sent.get("client_secret")) == (CLIENT, SECRET)
            and sent.get("redirect_uri") == asked["redirect_uri"]
            and challenge == asked["code_challenge"]
        )
        if not right:
            return _json(handler, {"error": "invalid_grant"}, status=400)
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "name": self.name,
            "email": "aino@example.org",
            **self.claims,
        }
        token = jwt.encode(claims, self.signs_with, algorithm="RS256", headers={"kid": "one"})
        return _json(handler, {"access_token": "x", "token_type": "Bearer", "id_token": token})


def _json(handler: Any, said: dict[str, Any], status: int = 200) -> None:
    body = json.dumps(said).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def provider() -> Iterator[Provider]:
    """Run one that listens until the test is over."""
    found = Provider()
    thread = threading.Thread(target=found.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        found.server.shutdown()
        found.server.server_close()
        thread.join()


def environment(found: Provider) -> dict[str, str]:
    """Return the settings of a unit that has switched it on."""
    return {
        "PLAN_SIGN_IN_SERVER": found.issuer,
        "PLAN_SIGN_IN_CLIENT": CLIENT,
        "PLAN_SIGN_IN_SECRET": SECRET,
        "PLAN_SIGN_IN_NAME": "Tunnistus",
        "PLAN_SIGN_IN_KEY": "a key that is not in the database, of the tests",
    }
