import type { Secret } from '../../../kernel/secret.ts';
import type { Actor } from '../../audit/index.ts';
import type { Connection } from '../connection.ts';

/** A secret that was replaced is believed for so long: a delivery is repeated for an hour, and a clock may be wrong. */
export const OLD_SECRET_KEPT_MS = 24 * 3_600_000;

/** Who changes an endpoint, and when (ms UTC). */
export interface EndpointOrder {
  readonly actor: Actor;
  readonly now: number;
}

/**
 * What the care of webhook endpoints asks of the store. Each verb is one transaction of the tenant; what changes
 * something leaves its entry in the audit.
 */
export interface EndpointStore {
  /**
   * Keeps a secret beside the one in use, believed from now on. Answers the one to set at the provider: an earlier
   * rotation that was cut short may have set its own there, so that one is taken up again.
   */
  keepNext(connection: Connection, endpointId: string, secret: Secret, now: number): Promise<Secret>;
  /** The next secret is the one in use; the one before is believed for {@link OLD_SECRET_KEPT_MS}. Answers until when. */
  promote(connection: Connection, endpointId: string, order: EndpointOrder): Promise<number>;
  /** The registration at the provider was set right. */
  corrected(connection: Connection, endpointId: string, order: EndpointOrder): Promise<void>;
  /** The provider no longer has the registration: nothing that comes to this address is believed any more. */
  retire(connection: Connection, endpointId: string, order: EndpointOrder): Promise<void>;
  /** Erases secrets that ended; answers how many. */
  sweep(tenantId: Connection['tenantId'], now: number): Promise<number>;
}
