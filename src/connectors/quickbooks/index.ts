import type { LedgerConnector } from '../sdk/index.ts';
import { accounts, createAccount, readAccount } from './accounts.ts';
import { OPERATIONS } from './api.ts';
import { company } from './company.ts';
import { documents, readDocument, remove } from './documents.ts';
import { LISTED_KINDS, NUMBERED_KINDS } from './entities.ts';
import { classify, REQUEST_ID_HEADER } from './errors.ts';
import { invoicesByNumber } from './invoices.ts';
import { APPEARANCE_HORIZON_MS, CALL_TIMEOUT_MS, IDEMPOTENCY_WINDOW_MS, LIMITS, MAX_BATCH_ITEMS } from './limits.ts';
import { createName, names, readName } from './names.ts';
import { oauth } from './oauth.ts';
import { create, createBatch, readBatch, readCreated } from './post.ts';
import { changed, webhook } from './webhook.ts';

/** QuickBooks Online as a ledger. */
export const quickbooks: LedgerConnector = {
  role: 'ledger',
  provider: 'quickbooks',
  displayName: 'QuickBooks Online',
  auth: { kind: 'oauth2', header: 'authorization', prefix: 'Bearer ' },
  oauth,
  hosts: {
    kind: 'fixed',
    production: 'https://quickbooks.api.intuit.com',
    sandbox: 'https://sandbox-quickbooks.api.intuit.com',
  },
  limits: LIMITS,
  operations: OPERATIONS,
  headers: { accept: 'application/json' },
  timeout_ms: CALL_TIMEOUT_MS,
  requestIdHeader: REQUEST_ID_HEADER,
  classify,
  idempotency: {
    window_ms: IDEMPOTENCY_WINDOW_MS,
    horizon_ms: APPEARANCE_HORIZON_MS,
    numberedKinds: NUMBERED_KINDS,
  },
  batchSize: MAX_BATCH_ITEMS,
  company,
  accounts,
  createAccount,
  readAccount,
  names,
  createName,
  readName,
  invoicesByNumber,
  create,
  readCreated,
  createBatch,
  readBatch,
  documents,
  readDocument,
  remove,
  kinds: LISTED_KINDS,
  webhook,
  changed,
};
