import { expect, test } from 'vitest';
import { commandAs, RUN_AS_SELF, runAsUser } from './run-as.ts';

const user = { uid: 101, gid: 104 };
const run = (method: Parameters<typeof runAsUser>[0]) => commandAs(runAsUser(method, user), '/bin/x', ['-a', '--b']);

test('an ordinary user runs the server as it is', () => {
  expect(commandAs(RUN_AS_SELF, '/bin/x', ['-a'])).toEqual({ file: '/bin/x', args: ['-a'], options: {} });
});

test('setuid changes nothing but the user', () => {
  expect(run('setuid')).toEqual({ file: '/bin/x', args: ['-a', '--b'], options: user });
});

test.each([
  ['traverse', '+dac_read_search'],
  ['override', '+dac_override'],
] as const)('%s gives one capability and ends in the command', (method, capability) => {
  const { file, args, options } = run(method);
  expect([file, options]).toEqual(['setpriv', {}]);
  expect(args).toEqual(
    expect.arrayContaining(['--reuid=101', '--regid=104', '--clear-groups', `--ambient-caps=${capability}`]),
  );
  expect(args.slice(-4)).toEqual(['--', '/bin/x', '-a', '--b']);
});

test('a user namespace shows another user while the files stay root', () => {
  expect(run('namespace').args.slice(0, 3)).toEqual(['--user', '--map-user=101', '--map-group=104']);
  expect(runAsUser('namespace', user).fileOwner).toEqual({ uid: 0, gid: 0 });
  expect(runAsUser('setuid', user).fileOwner).toEqual(user);
});
