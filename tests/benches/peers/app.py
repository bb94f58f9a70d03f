"""What a careful team would write in Python to take audit events: FastAPI, SQLAlchemy, one row a request, durable before
its 201. The columns and indexes are those of the row that Argus keeps of an event; the record that Argus keeps of the
request, and all else that it does, is not asked of this one.

    DATABASE_URL=sqlite+aiosqlite:///events.db uvicorn app:app --workers 2
"""

import hashlib
import json
import os
import uuid
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel, Field
from sqlalchemy import BigInteger, Double, Index, Integer, String, Uuid, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

engine = create_async_engine(os.environ["DATABASE_URL"], pool_size=16)
session = async_sessionmaker(engine, expire_on_commit=False)
KEYS = {hashlib.sha256(b"bench").hexdigest(): 1}


class Base(DeclarativeBase):
    pass


class Event(Base):
    __tablename__ = "event"
    sequence: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(Uuid)
    customer_id: Mapped[int] = mapped_column(BigInteger)
    timestamp: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[int] = mapped_column(BigInteger)
    flags: Mapped[int] = mapped_column(BigInteger)


TEXTS = """external_id created_by_key trace_id category application environment event_type event_name description action verb
method status actor_type actor_id actor_name actor_email origin client_ip user_agent actor_detail target_type target_id
target_name target_detail auth_method location device machine_id before after changes request_metadata response_metadata
metadata metrics event_detail access_type folded dialect outcome severity fingerprint""".split()
for name in TEXTS:
    setattr(Event, f"{name}_" if name == "metadata" else name, mapped_column(name, String))
for name in "created_by_user stage affected_resources".split():
    setattr(Event, name, mapped_column(name, BigInteger))
for name in "total_duration latency cpu_usage memory_usage".split():
    setattr(Event, name, mapped_column(name, Double))
Index("event_time", Event.timestamp, Event.sequence)
Index("event_actor", Event.actor_id, Event.timestamp)
Index("event_target", Event.target_id, Event.timestamp)
Index("event_trace", Event.trace_id)


class NewEvent(BaseModel):
    action: str = Field(max_length=255)
    actorID: str = Field(max_length=255)
    actorType: str | None = None
    targetType: str | None = None
    targetID: str | None = None
    targetName: str | None = None
    category: str | None = None
    application: str | None = None
    clientIP: str | None = None
    description: str | None = None
    before: dict | None = None
    after: dict | None = None
    metadata: dict | None = None


@event.listens_for(engine.sync_engine, "connect")
def durable(connection, _):
    if engine.dialect.name == "sqlite":
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


@asynccontextmanager
async def lifespan(_):
    try:
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
    except DatabaseError:
        pass  # The other worker makes them at this moment.
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.post("/event", status_code=201)
async def add(new: NewEvent, argus_api_key: str = Header()):
    if hashlib.sha256(argus_api_key.encode()).hexdigest() not in KEYS:
        raise HTTPException(401)
    now = int(datetime.now(UTC).timestamp() * 1e9)
    before, after = new.before or {}, new.after or {}
    changes = {
        name: {"from": before.get(name), "to": after.get(name)}
        for name in before.keys() | after.keys()
        if before.get(name) != after.get(name)
    }
    row = Event(
        id=uuid.uuid4(),
        customer_id=1,
        timestamp=now,
        created_at=now,
        flags=0,
        action=new.action,
        verb="UPDATE",
        status="SUCCESS",
        outcome="SUCCESS",
        severity="info",
        dialect="native",
        actor_id=new.actorID,
        actor_type=new.actorType,
        target_type=new.targetType,
        target_id=new.targetID,
        target_name=new.targetName,
        category=new.category,
        application=new.application,
        client_ip=new.clientIP,
        description=new.description,
        before=json.dumps(new.before),
        after=json.dumps(new.after),
        changes=json.dumps(changes),
        metadata_=json.dumps(new.metadata),
        access_type="WRITE",
    )
    async with session() as db:
        db.add(row)
        await db.commit()
    return {"responseCode": 201, "data": {**new.model_dump(), "id": row.id, "sequence": row.sequence, "createdAt": now, "changes": changes}}
