package io.kubejar.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// The resolvers that a machine uses, as its `resolv.conf` names them.
public final class HostResolvers {
  private static final int PORT = 53;
  private static final int MOST = 3;

  private HostResolvers() {}

  /// Reads the resolvers.
  ///
  /// @param ours our own addresses: asking ourselves would never end
  public static List<InetSocketAddress> read(Path resolvConf, Collection<InetAddress> ours)
      throws IOException {
    if (!Files.exists(resolvConf)) {
      return List.of();
    }
    var resolvers = new ArrayList<InetSocketAddress>();
    for (var line : Files.readAllLines(resolvConf)) {
      var words = line.strip().split("\\s+", -1);
      if (words.length < 2 || !words[0].equals("nameserver")) {
        continue;
      }
      var address = Addresses.parse(words[1].replaceAll("%.*", ""));
      if (!ours.contains(address) && resolvers.size() < MOST) {
        resolvers.add(new InetSocketAddress(address, PORT));
      }
    }
    return resolvers;
  }
}
