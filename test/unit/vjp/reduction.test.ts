import { reductionRows } from './reduction.rows';
import { testRows } from './test-rows';

testRows(reductionRows);
