/* run.mjs -- every page in a real browser against a real server; the last line adds up.
 *
 * usage: node tests/browser/run.mjs PROGRAM PICTURES [PART-OF-A-NAME] */
import { World } from './harness.mjs';
import { tests as admin } from './admin.mjs';
import { tests as customers } from './customers.mjs';
import { tests as editor } from './editor.mjs';
import { tests as segments } from './segments.mjs';
import { tests as shell } from './shell.mjs';

const [program, pictures, wanted = ''] = process.argv.slice(2);
const world = new World(program, pictures);
let passed = 0;
let failed = 0;
try {
  await world.begin();
  for (const [name, test] of [...shell, ...segments, ...editor, ...customers, ...admin]) {
    if (!wanted.split(',').some((part) => name.includes(part)) && !name.startsWith('sign in: the link')) continue;
    const begun = Date.now();
    world.complaints = [];
    await world.page.setViewportSize({ width: 1280, height: 900 }); // also after a failure within pictures
    let reason = null;
    try {
      await test(world);
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
} catch (error) {
  failed += 1;
  console.log(`FAIL the world: ${error.stack}`);
} finally {
  await world.end();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
