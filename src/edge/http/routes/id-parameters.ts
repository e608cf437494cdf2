import { z } from 'zod';

/** An id in an address. What does not look like one is not found. */
export const idParameters = z.object({ id: z.string().regex(/^[a-z]{3}_[0-9a-z]{1,60}$/) });
