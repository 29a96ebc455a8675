"""What an index of Elasticsearch holds of a document, and how a write of it reads."""

import hashlib
import json
from typing import Any

import elasticsearch_dsl as dsl

from search.documents import INDEXED_AS, Document
from search.engines.base import Ref
from search.lemmas import indexed

# Encoded lemmas hold letters and blanks only.
Lemmas = {"analyzer": "whitespace", "index_options": "freqs"}


class SearchDocument(dsl.Document):
    kind = dsl.Keyword()
    object_id = dsl.Long()
    digest = dsl.Keyword(index=False)
    seal = dsl.Keyword(index=False)
    title = dsl.Text(**Lemmas)
    body = dsl.Text(**Lemmas)
    more = dsl.Text(**Lemmas)
    title_forms = dsl.Text(**Lemmas)
    body_forms = dsl.Text(**Lemmas)
    title_roots = dsl.Text(**Lemmas)
    body_roots = dsl.Text(**Lemmas)
    campaign_id = dsl.Long()
    block_id = dsl.Long()
    sector = dsl.Keyword()
    municipality = dsl.Keyword()
    status = dsl.Keyword()
    tags = dsl.Keyword()
    support = dsl.Long()
    created_at = dsl.Date()

    class Meta:
        dynamic = dsl.MetaField("strict")

    class Index:
        settings = {
            "number_of_shards": 1,
            "auto_expand_replicas": "0-1",
            # How long the version of what was deleted is remembered: no delivery is later than that.
            "gc_deletes": "1h",
        }


def made_by() -> str:
    """Say in eight letters how documents are indexed now. It stands in the names of indexes made so.

    An index made in another way takes no writes of ours, which it would refuse, and is built anew.
    """
    mapping = SearchDocument._index.to_dict()  # noqa: SLF001 - the library's documented way
    return hashlib.sha256(json.dumps([INDEXED_AS, mapping], sort_keys=True).encode()).hexdigest()[:8]


MADE_BY = made_by()


def seal_of(source: dict[str, Any]) -> str:
    """Say in 16 letters what stands in the index, so that a change made there by another hand shows.

    The digest tells what the database had, the seal what was made of it: comparing needs no morphology.
    """
    said = (f"{name}={value}" for name, value in sorted(source.items()) if name not in ("seal", "support"))
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def source_of(document: Document) -> dict[str, Any]:
    """Return what is indexed of the document."""
    title, body, more = indexed(document.title), indexed(document.body), indexed(document.more)
    source = {
        "kind": document.kind,
        "object_id": document.id,
        "digest": document.digest,
        "title": title.terms,
        "body": body.terms,
        "more": more.terms,
        "title_forms": title.forms,
        "body_forms": f"{body.forms} {more.forms}".strip(),
        "title_roots": title.roots,
        "body_roots": f"{body.roots} {more.roots}".strip(),
        "campaign_id": document.campaign_id,
        "block_id": document.block_id,
        "sector": document.sector,
        "municipality": document.municipality,
        "status": document.status,
        "tags": list(document.tags),
        "support": document.support,
        "created_at": document.created_at.isoformat(),
    }
    return source | {"seal": seal_of(source)}


def writing(document: Document) -> dict[str, Any]:
    return {
        "_op_type": "index",
        "_id": f"{document.kind}:{document.id}",
        "_source": source_of(document),
        "version": document.version,
        "version_type": "external_gte",
    }


def deleting(ref: Ref) -> dict[str, Any]:
    return {
        "_op_type": "delete",
        "_id": f"{ref.kind}:{ref.id}",
        "version": ref.version,
        "version_type": "external_gte",
    }
