import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { digestOf, isStamped } from './digest.mjs';
import { runStep } from './run-step.mjs';

const INSTALL_TIMEOUT_MS = 20 * 60_000;
/** What decides which packages are installed; a change of a script or of a description does not. */
const DIRECT_FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies'];
const DEPENDENCY_FIELDS = [...DIRECT_FIELDS, 'overrides', 'workspaces'];
const REMEDY =
  'Check that the npm registry can be reached (npm ping; behind a proxy see: npm help config) and that 1 GB is free,\n' +
  'then run the command again.';

/** Whether node_modules holds what package.json and package-lock.json ask for, on this platform. */
export function packagesAreInstalled(root) {
  const stamp = stampPath(root);
  if (isStamped(stamp, wantedDigest(root))) return true;
  if (!installedMatchesLock(root)) return false;
  writeFileSync(stamp, wantedDigest(root));
  return true;
}

/** Installs the packages with npm, development and optional ones as well. Throws with what to do when that fails. */
export async function installPackages(root) {
  const npm = npmCommand();
  const lockStays = lockAgrees(root) ? ['--no-save'] : [];
  await runStep({
    title: 'Installing npm packages (about 1.6 GB, one to three minutes on a fresh checkout)',
    program: npm.program,
    args: [...npm.args, 'install', ...lockStays, '--include=dev', '--include=optional', '--no-audit', '--no-fund'],
    cwd: root,
    env: process.env,
    timeoutMs: INSTALL_TIMEOUT_MS,
    remedy: REMEDY,
  });
  writeFileSync(stampPath(root), wantedDigest(root));
}

function stampPath(root) {
  return join(root, 'node_modules', '.astraforge-stamp');
}

function wantedDigest(root) {
  const wanted = readJson(join(root, 'package.json'));
  const fields = JSON.stringify(DEPENDENCY_FIELDS.map((field) => wanted[field] ?? {}));
  const lock = join(root, 'package-lock.json');
  return digestOf([fields, existsSync(lock) ? readFileSync(lock, 'utf8') : '', process.platform, process.arch]);
}

/**
 * Compares with the record that npm itself keeps of what it installed, so that a hand-made `npm install` is recognised. File
 * times say nothing after a checkout. Optional packages may be absent: not every platform has them.
 */
function installedMatchesLock(root) {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record) || !lockAgrees(root)) return false;
  const locked = readJson(join(root, 'package-lock.json')).packages;
  const installed = readJson(record).packages;
  return Object.entries(locked).every(([path, { version, optional, link }]) => {
    const found = installed[path];
    return path === '' || link === true || (found === undefined ? optional === true : found.version === version);
  });
}

/** Whether the lock file was made for today's package.json; npm then has no reason to write it. */
function lockAgrees(root) {
  const path = join(root, 'package-lock.json');
  if (!existsSync(path)) return false;
  const wanted = readJson(join(root, 'package.json'));
  const locked = readJson(path).packages[''];
  return DIRECT_FIELDS.every((field) => sameEntries(wanted[field], locked[field]));
}

function sameEntries(left = {}, right = {}) {
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name]);
}

/** The npm that called this script, else the one on PATH; a shell is how Windows finds its npm.cmd. */
function npmCommand() {
  const cli = process.env.npm_execpath;
  if (cli !== undefined && basename(cli) === 'npm-cli.js') return { program: process.execPath, args: [cli] };
  return process.platform === 'win32' ? { program: 'cmd.exe', args: ['/c', 'npm'] } : { program: 'npm', args: [] };
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
