/** The two routes of the server that is measured. */
export const OPEN = '/open';
export const GUARDED = '/guarded';
