// Run once by MongoDB's image, when its volume is empty: the user of the service and the watcher,
// who may read and write one database and nothing else.
db.getSiblingDB("network_security").createUser({
  user: "network_security",
  pwd: process.env.MONGODB_PASSWORD,
  roles: [{ role: "readWrite", db: "network_security" }],
});
