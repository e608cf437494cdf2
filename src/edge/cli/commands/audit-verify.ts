import { listTenants } from '../../../hub/access/index.ts';
import { pgAuditLog } from '../../../hub/audit/index.ts';
import { hex } from '../../../kernel/digest.ts';
import { command } from '../spec.ts';
import { counted } from '../table.ts';

export const auditVerifyCommand = command({
  name: 'audit verify',
  summary: 'Check that nobody changed the audit',
  description:
    'Walks the hash chain of every tenant and names each entry that was changed, removed, inserted or moved. Write the head down elsewhere: whoever can write to the database could also hash a whole new chain.',
  examples: [['counterfoil audit verify', 'ends with 1 when an entry is not as it was written']],
  options: {},
  run: (call) =>
    call.withHub(async ({ doors: { database } }) => {
      const log = pgAuditLog(database);
      const chains = [];
      for (const { id, name } of await listTenants(database)) {
        const { entries, breaks, head } = await log.verify(id);
        const told = breaks.map(({ seq, detail }) => ({ seq: String(seq), detail }));
        chains.push({ tenantId: id, name, entries: Number(entries), head: hex(head), breaks: told });
      }
      const broken = chains.filter(({ breaks }) => breaks.length > 0);
      const lines = chains.flatMap(({ name, entries, head, breaks }) => [
        `${breaks.length === 0 ? 'ok  ' : 'FAIL'}  ${name}: ${counted(entries, 'entry', 'entries')}, head ${head}`,
        ...breaks.map(({ seq, detail }) => `        entry ${seq}: ${detail}`),
      ]);
      return {
        exit: broken.length === 0 ? 'ok' : 'failed',
        data: { ok: broken.length === 0, chains },
        text: lines.join('\n'),
      };
    }),
});
