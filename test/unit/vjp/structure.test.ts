import { structureRows } from './structure.rows';
import { testRows } from './test-rows';

testRows(structureRows);
