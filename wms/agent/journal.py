"""What an agent must not forget: every job it was given, and whether its first byte left.

A job is `received`, then `sending`, which is on the disk before the first byte, then `done` with what became of it.
After a crash a job that was only received was not sent, and of one that was being sent only a person can say what came
out.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_KEPT = 30 * 24 * 3600  # seconds that a job's number is remembered, so that it is never taken twice

_SCHEMA = """
    CREATE TABLE IF NOT EXISTS job (
        id INTEGER PRIMARY KEY, printer TEXT NOT NULL, token INTEGER NOT NULL, payload BLOB,
        state TEXT NOT NULL CHECK (state IN ('received', 'sending', 'done')),
        outcome TEXT, confirmation TEXT NOT NULL DEFAULT 'none', reason TEXT NOT NULL DEFAULT '',
        told INTEGER NOT NULL DEFAULT 1, at REAL NOT NULL
    );
    CREATE TABLE IF NOT EXISTS owner (id TEXT PRIMARY KEY);
"""


@dataclass(frozen=True)
class Job:
    """A job to be sent. `token` is the lease under which it was given."""

    id: int
    printer: str
    token: int
    payload: bytes


@dataclass(frozen=True)
class Result:
    """What became of a job: printed, sent (nobody will ever say), held (by the printer), doubt or not_sent."""

    outcome: str
    confirmation: str = "none"
    reason: str = ""


class Journal:
    """In one file, which one process has at a time. Safe from several threads. `owner` is this journal's own id."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=1.0)
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")  # a commit is on the disk, or it is none
        self._db.executescript(_SCHEMA)
        with self._commit() as db:
            db.execute("INSERT INTO owner SELECT ? WHERE NOT EXISTS (SELECT 1 FROM owner)", (secrets.token_hex(8),))
        self.owner: str = self._db.execute("SELECT id FROM owner").fetchone()[0]

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def _commit(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # a disk that is full may have ended it
                    self._db.execute("ROLLBACK")
                raise

    def recover(self) -> None:
        """After a crash: nothing is under way any more."""
        with self._commit() as db:
            db.execute("""
                UPDATE job SET outcome = CASE state WHEN 'received' THEN 'not_sent' ELSE 'doubt' END,
                               reason = 'agent_stopped', state = 'done', told = 0, payload = NULL
                WHERE state <> 'done'
            """)
            db.execute("DELETE FROM job WHERE told AND state = 'done' AND at < ?", (time.time() - _KEPT,))

    def receive(self, job: Job) -> bool:
        """Note a job that has arrived. False for one that is known: it is not to be sent again.

        One that was not sent is taken again under a later token. When its end is known otherwise, the service has not
        heard of it, and is told again.
        """
        with self._commit() as db:
            row = db.execute("SELECT state, outcome, token FROM job WHERE id = ?", (job.id,)).fetchone()
            if row is None:
                db.execute(
                    "INSERT INTO job (id, printer, token, payload, state, at) VALUES (?, ?, ?, ?, 'received', ?)",
                    (job.id, job.printer, job.token, job.payload, time.time()),
                )
                return True
            state, outcome, token = row
            if state == "done" and outcome == "not_sent" and token < job.token:
                return self._again(db, job)
            if state == "done":
                db.execute("UPDATE job SET told = 0 WHERE id = ?", (job.id,))
            return False

    def _again(self, db: sqlite3.Connection, job: Job) -> bool:
        db.execute(
            "UPDATE job SET printer = ?, token = ?, payload = ?, state = 'received', outcome = NULL, told = 1, at = ? "
            "WHERE id = ?",
            (job.printer, job.token, job.payload, time.time(), job.id),
        )
        return True

    def begin(self, job_id: int) -> None:
        """On the disk before the first byte leaves. Raises LookupError when the job is not waiting to be sent."""
        with self._commit() as db:
            row = db.execute(
                "UPDATE job SET state = 'sending' WHERE id = ? AND state = 'received' RETURNING id", (job_id,)
            ).fetchone()
            if row is None:
                raise LookupError(job_id)

    def note(self, job_id: int, result: Result) -> None:
        """What became of a job; one that the printer holds is not at its end."""
        state = "sending" if result.outcome == "held" else "done"
        with self._commit() as db:
            db.execute(
                "UPDATE job SET state = ?, outcome = ?, confirmation = ?, reason = ?, told = 0, "
                "payload = CASE ? WHEN 'done' THEN NULL ELSE payload END WHERE id = ?",
                (state, result.outcome, result.confirmation, result.reason[:200], state, job_id),
            )

    def untold(self, most: int = 200) -> list[dict[str, object]]:
        """Results that the service has not acknowledged, as it takes them."""
        names = ("id", "token", "outcome", "confirmation", "reason")
        with self._lock:
            rows = self._db.execute(f"SELECT {', '.join(names)} FROM job WHERE NOT told ORDER BY id LIMIT {most:d}")  # noqa: S608 - names of ours
            return [dict(zip(names, row, strict=True)) for row in rows]

    def told(self, results: list[dict[str, object]]) -> None:
        """The service has acknowledged these, unless they are others by now."""
        with self._commit() as db:
            db.executemany(
                "UPDATE job SET told = 1 WHERE id = :id AND token = :token AND outcome = :outcome", results
            )

    def busy(self) -> list[int]:
        """The jobs that were given and whose end is not told yet."""
        with self._lock:
            rows = self._db.execute("SELECT id FROM job WHERE state <> 'done' OR NOT told ORDER BY id")
            return [row[0] for row in rows]


def is_whole(payload: bytes, sha256: str) -> bool:
    """Whether these are the bytes that were rendered."""
    return secrets.compare_digest(hashlib.sha256(payload).hexdigest(), sha256)
