// A server that speaks MongoDB's protocol, in a Python environment of its own.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mongoose from 'mongoose';
import { pidOf, ports, run, start, works } from './processes.mjs';

const file = (name) => fileURLToPath(new URL(name, import.meta.url));
const PYTHON = 'import sys, venv, ensurepip; assert (3, 10) <= sys.version_info[:2] <= (3, 13)';

export const mongodb = {
  name: 'mongodb',
  kind: 'mongodb',
  variable: 'MONGODB_URI',
  composed: { service: 'mongodb', address: 'mongodb://127.0.0.1:27017/?directConnection=true' },
  recipe: file('requirements.txt'),
  installedIn: 'mongodb-venv',

  missing: () =>
    works('python3', '-c', PYTHON) ? [] : ['Python 3.10 to 3.13 with venv (apt-get install -y python3-venv)'],

  install(venv) {
    run(venv, 'python3', ['-m', 'venv', '--clear', venv]);
    run(venv, join(venv, 'bin/pip'), [
      ...['install', '-q', '--disable-pip-version-check', '-r', file('requirements.txt')],
    ]);
  },

  programs: (dir) => [dir],

  /** With `--sync-on-commit`, for without it a killed server forgets writes that it acknowledged. */
  async start(dir, venv) {
    const [port] = await ports(dir, 1);
    const data = join(dir, 'data');
    mkdirSync(data, { recursive: true });
    if (pidOf(dir) === undefined) {
      start(dir, join(venv, 'bin/python'), [
        join(venv, 'bin/secantusd-py'),
        ...['--port', String(port), '--storage-path', data, '--log-level', 'WARNING', '--sync-on-commit'],
      ]);
    }
    return `mongodb://127.0.0.1:${port}/?directConnection=true`;
  },

  async healthy(uri) {
    const client = new mongoose.mongo.MongoClient(uri, { serverSelectionTimeoutMS: 1_000 });
    try {
      await client.db('admin').command({ ping: 1 });
      return true;
    } catch {
      return false;
    } finally {
      await client.close();
    }
  },
};
