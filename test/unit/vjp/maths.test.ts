import { mathsRows } from './maths.rows';
import { testRows } from './test-rows';

testRows(mathsRows);
