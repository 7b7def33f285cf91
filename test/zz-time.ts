import { bytesOfFile } from '../src/onnx/bytes';
import { readSkeleton } from '../src/onnx/skeleton';
const p = process.argv[2];
for (let i = 0; i < 8; i++) {
  const m0 = process.memoryUsage(); const u0=process.cpuUsage(); const t = performance.now();
  const s = bytesOfFile(p); const { bytes } = readSkeleton(s, 'x'); s.close();
  const u=process.cpuUsage(u0); const m1 = process.memoryUsage();
  console.log((performance.now() - t).toFixed(1), 'ms', bytes.length, "cpu", u.user/1000, u.system/1000, ((m1.heapUsed + m1.external - m0.heapUsed - m0.external) / 1e6).toFixed(1), 'MB', ((m1.rss-m0.rss)/1e6).toFixed(1));
}
