import { expect, test } from 'vitest';
import { statePage, statesInSql } from '../../../test/support/state-page.ts';
import { PERMISSIONS, permissionsOf, ROLE_PERMISSIONS, ROLES, SCOPES } from './roles.ts';

const PAGE = statePage('roles.md');
const yesOrNo = (cell: string | undefined) => cell === 'yes';

test('the table is that of the page', () => {
  const written = Object.fromEntries(
    PAGE.rows('| permission | owner').map(([permission, ...cells]) => [
      permission!.replaceAll('`', ''),
      Object.fromEntries(ROLES.map((role, i) => [role, yesOrNo(cells[i])])),
    ]),
  );
  expect(written).toEqual(ROLE_PERMISSIONS);
});

test('the page explains exactly these roles, permissions and scopes', () => {
  expect(PAGE.names('| role | is for')).toEqual(ROLES);
  expect(PAGE.names('| permission | allows')).toEqual(PERMISSIONS);
  const scopes = PAGE.rows('| permission | allows').filter(([, , scope]) => yesOrNo(scope));
  expect(scopes.map(([name]) => name!.replaceAll('`', ''))).toEqual(SCOPES);
});

test('the database knows the same roles', () => {
  for (const table of ['memberships', 'invitations'])
    expect(statesInSql('0014_people.sql', table, 'role')).toEqual(ROLES);
});

test('an owner may do everything, an admin all but ownership', () => {
  expect(permissionsOf('owner')).toEqual(PERMISSIONS);
  expect(permissionsOf('admin')).toEqual(PERMISSIONS.filter((one) => one !== 'ownership.manage'));
});

test('an auditor changes nothing', () => {
  expect(permissionsOf('auditor').filter((one) => !/\.(read|export)$/.test(one))).toEqual([]);
});
