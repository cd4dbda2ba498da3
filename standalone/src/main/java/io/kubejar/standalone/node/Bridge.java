package io.kubejar.standalone.node;

import io.kubejar.proxy.linux.Commands;
import java.io.IOException;

/// The bridge that the pods of a node hang on. It is made before the first pod, so that the node
/// has the gateway's address from the beginning: the DNS listens there.
record Bridge(String name, String address, Commands commands) {
  void ensure() throws IOException, InterruptedException {
    if (commands.run("", "ip", "link", "show", name).exitCode() != 0) {
      require("ip", "link", "add", name, "type", "bridge");
    }
    require("ip", "addr", "replace", address, "dev", name);
    require("ip", "link", "set", name, "up");
  }

  private void require(String... command) throws IOException, InterruptedException {
    var result = commands.run("", command);
    if (result.exitCode() != 0) {
      throw new IOException(String.join(" ", command) + ": " + result.error().strip());
    }
  }
}
