// Runs the audits of graphql-http against a gateway; prints what each found as JSON.
// Usage: node run.cjs <folder of the installed packages> <url>, with the bearer token in TOKEN.
const [, , folder, url] = process.argv;
const { serverAudits } = require(require.resolve("graphql-http", { paths: [folder] }));

const fetchFn = (address, init = {}) =>
  fetch(address, { ...init, headers: { ...init.headers, authorization: `Bearer ${process.env.TOKEN}` } });

(async () => {
  const found = [];
  for (const audit of serverAudits({ url, fetchFn })) {
    const { id, name, status, reason } = await audit.fn();
    found.push({ id, name, status, reason: reason ?? null });
  }
  process.stdout.write(JSON.stringify(found));
})();
