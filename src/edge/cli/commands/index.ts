import type { BoundCommand } from '../spec.ts';
import { apiKeysCreateCommand } from './api-keys-create.ts';
import { apiKeysListCommand } from './api-keys-list.ts';
import { apiKeysRevokeCommand } from './api-keys-revoke.ts';
import { auditVerifyCommand } from './audit-verify.ts';
import { completionCommand } from './completion.ts';
import { connectBtcpayCommand } from './connect-btcpay.ts';
import { connectQuickbooksCommand } from './connect-quickbooks.ts';
import { connectStripeCommand } from './connect-stripe.ts';
import {
  connectionsDisconnectCommand,
  connectionsPauseCommand,
  connectionsReconnectCommand,
  connectionsResumeCommand,
  connectionsTestCommand,
} from './connections-change.ts';
import { connectionsListCommand } from './connections-list.ts';
import { demoCommand } from './demo.ts';
import { doctorCommand } from './doctor.ts';
import { healthCommand } from './health.ts';
import { initCommand } from './init.ts';
import { keysRotateCommand } from './keys-rotate.ts';
import { keysShredCommand } from './keys-shred.ts';
import { keysStatusCommand } from './keys-status.ts';
import { migrateStatusCommand } from './migrate-status.ts';
import { migrateUpCommand } from './migrate-up.ts';
import { ratesAddCommand } from './rates-add.ts';
import { reconcileCommand } from './reconcile.ts';
import { replayCommand } from './replay.ts';
import { retryCommand } from './retry.ts';
import { startCommand } from './start.ts';
import { syncCommand } from './sync.ts';
import { usersDisableCommand } from './users-disable.ts';
import { usersInviteCommand } from './users-invite.ts';
import { usersListCommand } from './users-list.ts';
import { usersResetCommand } from './users-reset.ts';
import { usersRoleCommand } from './users-role.ts';
import { verifyCommand } from './verify.ts';
import { versionCommand } from './version.ts';
import { webhooksCheckCommand, webhooksRotateCommand } from './webhooks.ts';

/** Every command, in the order in which help lists them. */
export const COMMANDS: readonly BoundCommand[] = [
  initCommand,
  startCommand,
  demoCommand,
  doctorCommand,
  migrateStatusCommand,
  migrateUpCommand,
  connectionsListCommand,
  connectionsTestCommand,
  connectionsPauseCommand,
  connectionsResumeCommand,
  connectionsReconnectCommand,
  connectionsDisconnectCommand,
  connectQuickbooksCommand,
  connectStripeCommand,
  connectBtcpayCommand,
  webhooksCheckCommand,
  webhooksRotateCommand,
  syncCommand,
  replayCommand,
  retryCommand,
  reconcileCommand,
  ratesAddCommand,
  keysStatusCommand,
  keysRotateCommand,
  keysShredCommand,
  verifyCommand,
  usersListCommand,
  usersInviteCommand,
  usersRoleCommand,
  usersDisableCommand,
  usersResetCommand,
  apiKeysListCommand,
  apiKeysCreateCommand,
  apiKeysRevokeCommand,
  auditVerifyCommand,
  healthCommand,
  versionCommand,
  completionCommand(() => COMMANDS),
];
