export function writeReport(r) { console.log(JSON.stringify(r)); }
