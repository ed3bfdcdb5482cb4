"""What the books of the queue say, beside what lies under the printers."""
from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Job:
    """A print job as the database has it; `label` stands for what is on its label, and no two have the same."""

    id: int
    document_id: int
    copy: int
    status: str
    confirmation: str | None
    parent_id: int | None
    reprint_reason: str | None
    label: str


def after_the_storm(jobs: Sequence[Job], out: Mapping[str, int]) -> Iterator[str]:
    """What is wrong before anybody has looked: nothing is lost, doubled, or called printed that is not."""
    yield from _doubled(jobs, out)
    for job in jobs:
        if job.status == "confirmed" and not out.get(job.label):
            yield f"job {job.id} is called printed ({job.confirmation}), and nothing came out"
        elif job.status not in ("confirmed", "uncertain"):
            yield f"job {job.id} is {job.status}: neither printed nor in doubt"


def after_the_person(jobs: Sequence[Job], out: Mapping[str, int]) -> Iterator[str]:
    """What is wrong once somebody has looked for every label in doubt and had those printed again that were missing."""
    yield from _doubled(jobs, out)
    documents: dict[int, list[Job]] = defaultdict(list)
    for job in jobs:
        documents[job.document_id].append(job)
        if job.status not in ("confirmed", "failed"):
            yield f"job {job.id} is {job.status} for ever"
        if bool(out.get(job.label)) != (job.status == "confirmed"):
            yield f"job {job.id} is {job.status}, and {out.get(job.label, 0)} came out"
        if job.copy > 1 and (job.parent_id is None or not job.reprint_reason):
            yield f"job {job.id} is a reprint without a record of why"
    for document_id, its in documents.items():
        if sum(out.get(job.label, 0) for job in its) != 1:
            yield f"document {document_id} is lost" if not any(out.get(j.label) for j in its) else (
                f"document {document_id} came out more than once"
            )


def _doubled(jobs: Sequence[Job], out: Mapping[str, int]) -> Iterator[str]:
    for label, count in Counter(job.label for job in jobs).items():
        if count > 1:
            yield f"{count} jobs have the same label {label[:12]}: nothing can be proved"
    known = {job.label: job for job in jobs}
    for label, count in out.items():
        if label not in known:
            yield f"a printer printed what nobody asked for: {label[:12]}"
        elif count > 1:
            yield f"job {known[label].id} was printed {count} times"
