/* run.mjs -- every page in a real browser against a real server; the last line adds up. Each of the two
 * worlds is a fresh demo company with a server of its own.
 *
 * usage: node tests/browser/run.mjs PROGRAM PICTURES [PARTS,OF,NAMES] */
import { World } from './harness.mjs';
import { tests as admin } from './admin.mjs';
import { tests as analysis } from './analysis.mjs';
import { tests as customers } from './customers.mjs';
import { tests as data } from './data.mjs';
import { tests as editor } from './editor.mjs';
import { tests as keyboard } from './keyboard.mjs';
import { tests as reports } from './reports.mjs';
import { tests as segments } from './segments.mjs';
import { tests as sets } from './sets.mjs';
import { tests as shell } from './shell.mjs';
import { tests as walk } from './walk.mjs';

const [program, pictures, wanted = ''] = process.argv.slice(2);
const WORLDS = [[...shell, ...segments, ...editor, ...keyboard, ...customers, ...sets, ...data, ...reports, ...analysis, ...admin], walk];
const TEST_MS_MAX = 300_000;
let passed = 0;
let failed = 0;

const is_wanted = (name) => wanted.split(',').some((part) => name.includes(part));

/* A test that hangs is told of, instead of taking all the others with it. */
async function within(test, limit_ms) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`not over after ${limit_ms} ms`)), limit_ms); });
  await Promise.race([test, late]).finally(() => clearTimeout(timer));
}

async function run(world, name, test) {
  const begun = Date.now();
  world.complaints = [];
  await world.page.setViewportSize({ width: 1280, height: 900 }); // also after a failure within pictures
  let reason = null;
  try {
    await within(test(world), TEST_MS_MAX);
    if (world.complaints.length) reason = world.complaints.join('; ');
  } catch (error) {
    reason = [error.message, ...world.complaints].join('\n    ');
  }
  if (reason === null) passed += 1;
  else {
    failed += 1;
    await world.picture(`failed-${name.replace(/[^\w]+/g, '-')}`).catch(() => {});
  }
  console.log(`${reason === null ? 'ok  ' : 'FAIL'} ${name} (${Date.now() - begun} ms)${reason === null ? '' : `\n    ${reason}`}`);
}
/* The first test of a world signs in, which all others need. */
async function run_world(tests) {
  if (!tests.some(([name]) => is_wanted(name))) return;
  const world = new World(program, pictures);
  try {
    await world.begin();
    for (const [i, [name, test]] of tests.entries()) if (i === 0 || is_wanted(name)) await run(world, name, test);
  } catch (error) {
    failed += 1;
    console.log(`FAIL the world: ${error.stack}`);
  } finally {
    await world.end();
  }
}
for (const tests of WORLDS) await run_world(tests);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
