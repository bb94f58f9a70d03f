"""A log that is served: its newest checkpoint, its tiles, and, for who may see them, its leaves."""

import urllib.error
import urllib.request

from formats import Fault, Key, checkpoint, leaf_hash, root


def tile_path(index, width, kind="0"):
    """C2SP tlog-tiles: groups of three digits, all but the last with an x."""
    groups = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03}")
    return f"tile/{kind}/{'/'.join(groups)}" + (f".p/{width}" if width < 256 else "")


def entries(bundle):
    """The leaves of a bundle."""
    leaves, at = [], 0
    while at < len(bundle):
        length = int.from_bytes(bundle[at : at + 2])
        leaves.append(bundle[at + 2 : at + 2 + length])
        if at + 2 > len(bundle) or len(leaves[-1]) != length:
            raise Fault("a bundle of leaves was cut")
        at += 2 + length
    return leaves


class Live:
    """A log below an address such as https://host/audit/v1/log."""

    def __init__(self, url, keys=(), headers=()):
        self.url = url.rstrip("/")
        if not self.url.endswith("/audit/v1/log"):
            self.url += "/audit/v1/log"
        self.headers = dict(header.split(": ", 1) for header in headers)
        self.keys = list(keys) or [Key(line) for line in self.get("key").decode().splitlines()]

    def get(self, path):
        request = urllib.request.Request(f"{self.url}/{path}", headers=self.headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.read()
        except urllib.error.URLError as error:
            raise Fault(f"{path}: {error}") from None

    def hashes(self, size, level=0):
        """The hashes of a level of tiles, in a tree of so many hashes of that level."""
        found = []
        for at in range(0, size, 256):
            width = min(256, size - at)
            tile = self.get(tile_path(at // 256, width, str(level)))
            if len(tile) != 32 * width:
                raise Fault(f"tile {level}/{at // 256}: it has not {width} hashes")
            found += [tile[place : place + 32] for place in range(0, len(tile), 32)]
        return found

    def verify(self, kept=(), with_leaves=False):
        """The faults, and the size of the newest checkpoint. `kept` are notes of older ones."""
        faults = []
        origin, size, head = checkpoint(self.get("checkpoint").decode(), self.keys)
        leaves = level = self.hashes(size)
        if root(leaves) != head:
            faults.append(f"checkpoint {size}: its root is not that of the tiles")
        number = 0
        while len(level) >= 256:
            above = [root(level[at : at + 256]) for at in range(0, len(level) - 255, 256)]
            number += 1
            if self.hashes(len(above), number) != above:
                faults.append(f"tile {number}: it is not made of the tiles below")
            level = above
        for note in kept:
            other, old, old_root = checkpoint(note, self.keys)
            if other != origin:
                faults.append(f"checkpoint {old}: it is of another log")
            elif old > size:
                faults.append(f"checkpoint {old}: the log was cut or rolled back")
            elif root(leaves[:old]) != old_root:
                faults.append(f"checkpoint {old}: the log does not go on from it")
        if with_leaves:
            for at in range(0, size, 256):
                bundle = entries(self.get(tile_path(at // 256, min(256, size - at), "entries")))
                if [leaf_hash(leaf) for leaf in bundle] != leaves[at : at + 256]:
                    faults.append(f"entries {at // 256}: they are not the leaves of the tile")
        return faults, size
