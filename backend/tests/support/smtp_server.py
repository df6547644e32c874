#!/usr/bin/python3
"""A real SMTP server (Debian's python3-aiosmtpd) for the tests: STARTTLS and AUTH are required; what it takes goes into FILE, one JSON object a line.

smtp_server.py PORT CERTIFICATE KEY FILE. User "dcim", password "mail-pass:word". An address that begins with "refused" is refused."""
import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

port, certificate, key, file = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]


def authenticate(server, session, envelope, mechanism, data):
    ok = data.login == b"dcim" and data.password == b"mail-pass:word"
    return AuthResult(success=ok, handled=False)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 5.1.1 there is nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = {p.get_content_type(): p.get_content() for p in message.walk() if not p.is_multipart()}
        line = {
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": session.ssl is not None, "authenticated": session.authenticated,
            "subject": message["Subject"], "message_id": message["Message-ID"], "type": message.get_content_type(),
            "text": parts.get("text/plain", ""), "html": parts.get("text/html", ""),
        }
        with open(file, "a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")
        return "250 2.0.0 taken"


def smtp():
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    return SMTP(Handler(), hostname="127.0.0.1", tls_context=tls, require_starttls=True, authenticator=authenticate, auth_required=True)


async def main():
    server = await asyncio.get_running_loop().create_server(smtp, "127.0.0.1", port)
    await server.serve_forever()


asyncio.run(main())
