export { createLog, type LogFormat, type LogOptions } from './create-log.ts';
export { type Log, type LogDestination, type LogFields, type LogLevel, silentLog } from './log.ts';
export { type LogContext, logContext, withLogContext } from './log-context.ts';
export { createMetrics, type Labels, type Metrics, type MetricsSnapshot, type Series } from './metrics.ts';
