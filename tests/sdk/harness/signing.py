"""Signed requests, as a client of its own makes them: from the words of the interface, with a library of its own."""

import base64
import itertools
import json
import time
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

_nonces = itertools.count()


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def new_ec():
    return ec.generate_private_key(ec.SECP256R1())


def new_rsa():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(private_key) -> str:
    """The public half."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return private_key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


@dataclass
class Signer:
    """What the client's `authentication=` takes: gives the header for a URL."""

    identifier: str
    private_key: object
    # Milliseconds by which its clock is ahead.
    skew: int = 0
    urls: list = field(default_factory=list)

    def __call__(self, url: str) -> dict:
        self.urls.append(url)
        claims = {"uri": url, "timestamp": int(time.time() * 1000) + self.skew, "nonce": f"nonce {next(_nonces)}"}
        return {"Argus-Signature": self.sign(claims)}

    def sign(self, claims: dict) -> str:
        is_rsa = isinstance(self.private_key, rsa.RSAPrivateKey)
        head = _base64url(json.dumps({"alg": "RS256" if is_rsa else "ES256"}).encode())
        signed = f"{head}.{_base64url(json.dumps(claims).encode())}"
        if is_rsa:
            signature = self.private_key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        else:
            r, s = utils.decode_dss_signature(self.private_key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
            signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return f"{self.identifier}:{signed}.{_base64url(signature)}"
