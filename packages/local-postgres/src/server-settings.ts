import type { Place } from "./place.js";

/** The settings of a private server, given on its command line so that they hold for older data too. */
export function settingsOf({ socketFolder, identity }: Place): Readonly<Record<string, string>> {
  const isSocket = socketFolder !== undefined;
  return {
    listen_addresses: isSocket ? "" : "127.0.0.1",
    // A list with commas; quotes inside a name are doubled.
    unix_socket_directories: isSocket ? `"${socketFolder.replaceAll('"', '""')}"` : "",
    unix_socket_permissions: "0700",
    fsync: "on",
    ssl: "off",
    shared_buffers: "32MB",
    max_connections: "100",
    logging_collector: "off",
    log_destination: "stderr",
    // Errors of queries can quote a job's input; FATAL and the server's own lines cannot.
    log_min_messages: "log",
    log_min_error_statement: "panic",
    log_error_verbosity: "terse",
    log_checkpoints: "off",
    // /dev/shm is 64 MiB in a container, and lies outside the folder that keeps other programs of this user out.
    ...(identity === undefined ? {} : { dynamic_shared_memory_type: "mmap" }),
  };
}
