#!/usr/bin/python3
"""The peer: what an ordinary, well-made Python service of this kind does with the same messages, the same broker and the same schema.

FastAPI serves, paho-mqtt receives, pydantic validates, a threshold rule of three is checked, asyncpg stores by binary COPY in batches
of up to 0.2 s. All from Debian's packages. Settings come as DATABASE_URL, MQTT_HOST, MQTT_PORT, MQTT_USER, MQTT_PASSWORD, HTTP_PORT, QOS.
"""
import asyncio
import os
import threading
from datetime import datetime
from typing import Dict, List, Tuple

import asyncpg
import paho.mqtt.client as mqtt
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel, Field, ValidationError

BATCH_SECONDS = 0.2
LARGEST_BATCH = 20_000


class Message(BaseModel):
    """One value with its time, or several named ones."""

    ts: datetime
    value: float = Field(None)
    unit: str = ""

    class Config:
        extra = "allow"


class Service:
    def __init__(self) -> None:
        self.sensors: Dict[str, List[Tuple[int, str]]] = {}
        self.latest: Dict[int, float] = {}
        self.alarms: Dict[int, int] = {}
        self.pending: List[Tuple[int, datetime, float, int]] = []
        self.stored = 0
        self.rejected = 0
        self.lock = threading.Lock()  # of pending: paho's thread fills it, the event loop takes it

    async def load(self, pool: asyncpg.Pool) -> None:
        for row in await pool.fetch("SELECT id, topic, field FROM sensors"):
            self.sensors.setdefault(row["topic"], []).append((row["id"], row["field"].lstrip("/")))

    def take(self, topic: str, payload: bytes) -> None:
        try:
            message = Message.parse_raw(payload)
        except ValidationError:
            self.rejected += 1
            return
        fields = message.__dict__
        rows = []
        for sensor, field in self.sensors.get(topic, ()):
            value = fields.get(field)
            if not isinstance(value, (int, float)):
                self.rejected += 1
                continue
            self.latest[sensor] = value
            severity = 0
            for level, limit in enumerate((35.0, 40.0, 45.0), 1):
                if value > limit:
                    severity = level
            if self.alarms.get(sensor, 0) != severity:
                self.alarms[sensor] = severity
            rows.append((sensor, message.ts, value, 0))
        with self.lock:
            self.pending.extend(rows)

    async def store(self, pool: asyncpg.Pool) -> None:
        while True:
            await asyncio.sleep(BATCH_SECONDS if len(self.pending) < LARGEST_BATCH else 0)
            with self.lock:
                batch, self.pending = self.pending, []
            if not batch:
                continue
            batch.sort(key=lambda row: row[:2])
            async with pool.acquire() as connection:
                await connection.copy_records_to_table("readings", records=batch, columns=("sensor_id", "ts", "value", "quality"))
            self.stored += len(batch)


service = Service()
app = FastAPI()


@app.on_event("startup")
async def start() -> None:
    pool = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=1, max_size=2)
    await service.load(pool)
    client = mqtt.Client(client_id="python-peer", clean_session=True, protocol=mqtt.MQTTv311)
    client.username_pw_set(os.environ["MQTT_USER"], os.environ["MQTT_PASSWORD"])
    client.on_connect = lambda c, *_: c.subscribe("dc/#", qos=int(os.environ["QOS"]))
    client.on_message = lambda _c, _u, m: service.take(m.topic, m.payload)
    client.connect(os.environ["MQTT_HOST"], int(os.environ["MQTT_PORT"]))
    client.loop_start()
    service.task = asyncio.get_running_loop().create_task(service.store(pool))


@app.get("/stored")
async def stored() -> Dict[str, int]:
    return {"stored": service.stored, "rejected": service.rejected, "sensors": len(service.sensors)}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["HTTP_PORT"]), log_level="warning", access_log=False)
