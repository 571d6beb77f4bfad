"""What the pages say around their figures: what was measured, how, and what it does not show."""

from __future__ import annotations

MATCHING = """# One question among 10,000 entries of ten variants

{run}

![milliseconds of processor time a question](matching.svg)

{table}

## What was to be reached

{goals}

## How it was measured

- **The base** is invented (`tests/bench/office.py`, fixed seed): things × what is done with them × what is asked, eight
  look-alikes of each thing, ten variants of 8 to 25 signs an entry. Every variant is a document to the others; the best
  document's entry is their answer.
- **The questions** ({asked} for ours, all distinct, so that nothing decided before is asked again): an entry in its own
  words put together anew, or every other time in a phrasing that no entry has; two of three with a sign lost or
  doubled. *Right first* says how often the best hit is the entry that was meant: a fast wrong one is no
  rival. The base is made of look-alikes on purpose, so no figure here says how well real questions are answered.
- **Ours** is `FaqService.decide`, all of it: reading and mending the question, candidates, features, confidence, the
  decision between answer, choices and none, region and validity. The others only find a nearest text.
- **The others**, as their documentation sets them up: rapidfuzz `process.extract`; bm25s and tantivy on jieba's words;
  TF-IDF on signs and pairs, turned so that a query reads only its own terms' rows; FTS5 with trigrams, any of them.
- Each contestant has a process of its own with one thread, whose garbage is collected as seldom as in our server; some
  questions are asked before the clock runs. CPU is the
  process' user and system time, wall what a clock on the wall says. Memory is what building or opening added to the
  process' unique set (USS). With few questions (n) the p99 is the slowest of them. Jieba's dictionary and what the
  others import is in nobody's memory.
"""

NAMES = """# One name among {size}

{run}

![cost of a look-up against the number of names](names.svg)

{table}

## What was to be reached

{goals}

## How it was measured

- **The register** is invented (`tests/bench/register.py`, fixed seed): counties × towns × kinds of institution, and
  numbered schools; a smaller register is the beginning of a larger one by lot. In the database a row has a name, an
  area and a kind.
- **What is typed**: of five names one as registered, one with a sign lost, one with a wrong sign, two shortened.
- **Ours** is `InstitutionService.look_up`, all of it: spellings, exact names, codes, addresses, abbreviations, numbers,
  ranking, and the decision between one, several and none. *Built* reads the database and writes the index; memory is
  what opening it and answering adds to a process, for the index is mapped from disk and shared by all processes.
- **The others** as their documentation sets them up: rapidfuzz `process.extract`; bm25s and tantivy on pairs of signs;
  TF-IDF on signs and pairs; FTS5 with trigrams, any of them. They are handed the list of names and find a nearest one.
- Each contestant has a process of its own with one thread, whose garbage is collected as seldom as in our server.
  With few questions (n) the p99 is the slowest of them.

## Fewer names

{smaller}
"""

MESSAGES = """# What an answered message costs

{run}

![messages a CPU second](messages.svg)

{table}

## What was to be reached

{goals}

## Where the time goes

Processor time by a stopwatch at each layer (`tests/bench/layered.py`), in a run of its own, which the stopwatches slow
a little.

{layers}

## How it was measured

- **The product** is `bianshitong serve` itself: encrypted deliveries over HTTP, safe mode, dedup and turn in a real
  Redis, all routers, a base of {entries} entries of ten variants, the question recorded in the database ({recorded} of
  the messages were found there afterwards: {decided}). Every tenth answer was decrypted and checked.
- **The echo** is FastAPI with wechatpy in safe mode, the usual pick: decrypt, parse, answer with the same text,
  encrypt. No dedup, no talk, no search, no record. Same server, same options, same load, in the same run.
- Both are kept on one core, the load generator and Redis on the other. Counted is the processor time of the server's
  process with all its threads. Redis spent besides, a message: {redis}.
- Rounds alternate and the median counts, after a first round that does not; a message took in the cheapest and in the
  dearest round: {spread}.
- **New questions**: no two alike, told in other words or with a slip (see [matching](matching.md)). **Zipf**: the n-th
  most wanted of the base's questions with weight 1/n.
- A citizen's first message asks the database for an open form and for kept answers; the others do not.
"""
