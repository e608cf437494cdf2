export { pipelineTurn, type Stores } from './turn.ts';
