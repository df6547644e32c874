// The real stack for all specs: `dcim up --demo` on free ports and in a data folder of its own. Afterwards no child may be left.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const root = resolve(import.meta.dirname, "..");

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address ? address.port : 0));
    });
  });
}

function ready(child: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    const said: string[] = [];
    const timer = setTimeout(() => fail(new Error(`dcim up is not ready after 90 s:\n${said.join("\n")}`)), 90_000);
    const end = (code: number | null) => fail(new Error(`dcim up ended with ${code}:\n${said.join("\n")}`));
    child.on("exit", end);
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on("line", (line) => {
        said.push(line);
        const url = /^DCIM is ready: (\S+)/.exec(line)?.[1];
        if (!url) return;
        clearTimeout(timer);
        child.off("exit", end);
        done(url);
      });
    }
  });
}

/** A real mail server with STARTTLS and a password; what it takes stands in E2E_MAILS, one JSON object a line. */
async function mailServer(folder: string) {
  const [certificate, key, mails] = ["smtp.pem", "smtp.key", "mails.jsonl"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...subject, "-keyout", key, "-out", certificate],
    { stdio: "ignore" },
  );
  writeFileSync(mails, "");
  const port = String(await freePort());
  const program = join(root, "backend/tests/support/smtp_server.py");
  const child = spawn("/usr/bin/python3", [program, port, certificate, key, mails], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  process.env.E2E_MAILS = mails;
  const environment = {
    DCIM_SMTP_URL: `smtp://dcim:mail-pass%3Aword@127.0.0.1:${port}?starttls=required`,
    DCIM_SMTP_FROM: "Demo hall <dcim@example.test>",
    DCIM_SMTP_CA: certificate,
  };
  return { child, environment };
}

/** Processes that name the data folder, or have it in their environment. */
function leftovers(folder: string) {
  const text = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" });
  return text.split("\n").filter((line) => line.includes(folder) && !line.includes("ps -eo"));
}

export default async function setup() {
  const folder = mkdtempSync(join(tmpdir(), "dcim-e2e-"));
  chmodSync(folder, 0o755);
  const program = join(root, "build/dev/bin/dcim");
  if (!existsSync(program)) throw new Error(`${program} is not built: make dev`);
  const mail = await mailServer(folder);
  const child = spawn(program, ["up", "--demo"], {
    env: {
      ...process.env,
      ...mail.environment,
      DCIM_DATA_DIR: folder,
      DCIM_DEMO_DAYS: "0.25",
      DCIM_HTTP_PORT: String(await freePort()),
      DCIM_MQTT_PORT: String(await freePort()),
      DCIM_PAGES_DIR: join(root, "frontend/out"),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  process.env.DCIM_E2E_URL = await ready(child);
  for (const [, name, value] of readFileSync(join(folder, "access.env"), "utf8").matchAll(/^(\w+)='(.*)'$/gm)) {
    process.env[`E2E_${name}`] = value;
  }
  return async () => {
    const ended = new Promise<number | null>((done) => child.on("exit", done));
    child.kill("SIGTERM");
    const code = await ended;
    mail.child.kill("SIGTERM");
    await new Promise((done) => mail.child.on("exit", done));
    const left = leftovers(folder);
    if (code !== 0 || left.length > 0) throw new Error(`dcim up ended with ${code} and left:\n${left.join("\n")}`);
    rmSync(folder, { recursive: true, force: true });
  };
}
