package io.kubejar.kubelet.network;

import io.kubejar.kubelet.KubeletOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// The network of a node's pods: a bridge with an address of the node's pod range, and addresses
/// given out by host-local. Masquerading is left to the proxy, which knows what leaves the cluster.
public final class CniConfig {
  private static final String FILE = "10-kubejar.conflist";

  private CniConfig() {}

  /// Writes the configuration for a range, unless it is there already.
  public static void write(KubeletOptions options, String podCidr) throws IOException {
    Files.createDirectories(options.places().cniConfig());
    var file = options.places().cniConfig().resolve(FILE);
    String text = text(options, podCidr);
    if (Files.exists(file) && Files.readString(file).equals(text)) {
      return; // The runtime watches the directory: do not wake it for nothing.
    }
    Path fresh = file.resolveSibling(FILE + ".new");
    Files.writeString(fresh, text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  static String text(KubeletOptions options, String podCidr) {
    String anywhere = podCidr.contains(":") ? "::/0" : "0.0.0.0/0";
    return """
    {
      "cniVersion": "0.4.0",
      "name": "%1$s",
      "plugins": [
        {
          "type": "bridge",
          "bridge": "%1$s",
          "isGateway": true,
          "ipMasq": false,
          "hairpinMode": true,
          "mtu": 1500,
          "ipam": {
            "type": "host-local",
            "dataDir": "%2$s",
            "ranges": [[{"subnet": "%3$s"}]],
            "routes": [{"dst": "%4$s"}]
          }
        },
        {"type": "portmap", "capabilities": {"portMappings": true}, "snat": true}
      ]
    }
    """
        .formatted(options.network().bridge(), options.places().cniState(), podCidr, anywhere);
  }
}
