import { matmulRows } from './matmul.rows';
import { testRows } from './test-rows';

testRows(matmulRows);
