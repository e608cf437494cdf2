import type { JsonObject } from './json-reader.ts';
import type { SandboxBench } from './sandbox-bench.ts';

const ROOT = '/v3/company/9130350000000001';

/** An object as QuickBooks answers it. */
export interface Stored extends JsonObject {
  readonly Id: string;
  readonly SyncToken: string;
}

/** A company as a client sees it: by the path below the company, and by entity. */
export interface QuickbooksCompany {
  readonly bench: SandboxBench;
  /** The path of something below the company. */
  at(path: string): string;
  /** Creates or changes an object: `query` says what is done to one that exists, such as `operation=void`. */
  write(entity: string, body: JsonObject, query?: string): Promise<Stored>;
  read(entity: string, id: string): Promise<Stored>;
  query(statement: string): Promise<JsonObject>;
}

export function quickbooksCompany(bench: SandboxBench): QuickbooksCompany {
  const at = (path: string) => `${ROOT}/${path}`;
  const objectIn = (json: unknown, entity: string) => (json as Readonly<Record<string, Stored>>)[entity]!;
  return {
    bench,
    at,
    async write(entity, body, query = 'minorversion=75') {
      const path = `${at(entity.toLowerCase())}?${query}`;
      return objectIn((await bench.good({ method: 'POST', path, body })).json, entity);
    },
    async read(entity, id) {
      return objectIn((await bench.good({ path: at(`${entity.toLowerCase()}/${id}`) })).json, entity);
    },
    async query(statement) {
      const { json } = await bench.good({ path: at(`query?query=${encodeURIComponent(statement)}`) });
      return (json as { readonly QueryResponse: JsonObject }).QueryResponse;
    },
  };
}

/** Ids of the seeded and made things that documents refer to. */
export interface Cast {
  readonly customer: string;
  readonly foreigner: string;
  readonly vendor: string;
  readonly item: string;
  account(name: string): string;
}

/** Writes one of each name list and answers what the documents need of them. */
export async function castOf(company: QuickbooksCompany): Promise<Cast> {
  const { write } = company;
  const { Account } = (await company.query('select * from Account maxresults 1000')) as {
    readonly Account: readonly (Stored & { readonly Name: string })[];
  };
  const account = (name: string) => Account.find(({ Name }) => Name === name)!.Id;
  const made = async (entity: string, body: JsonObject) => (await write(entity, body)).Id;
  await made('Account', { Name: 'Clearing', AccountType: 'Bank', AccountSubType: 'Checking' });
  await made('Class', { Name: 'Retail' });
  await made('Department', { Name: 'North' });
  await made('CompanyCurrency', { Code: 'GBP', Name: 'British Pound' });
  await made('PaymentMethod', { Name: 'Coins', Type: 'NON_CREDIT_CARD' });
  await made('Term', { Name: 'Net 45', DueDays: 45 });
  const email = { PrimaryEmailAddr: { Address: 'books@acme.example' } };
  return {
    customer: await made('Customer', { DisplayName: 'Acme LLC', ...email }),
    foreigner: await made('Customer', { DisplayName: 'Acme SA', CurrencyRef: { value: 'EUR' } }),
    vendor: await made('Vendor', { DisplayName: 'Processor Inc' }),
    item: await made('Item', { Name: 'Crate', Type: 'Service', IncomeAccountRef: { value: account('Sales') } }),
    account,
  };
}
