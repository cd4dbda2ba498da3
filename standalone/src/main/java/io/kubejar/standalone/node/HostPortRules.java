package io.kubejar.standalone.node;

import io.kubejar.proxy.linux.Commands;
import java.io.IOException;
import java.util.List;

/// The rules that the CNI plugin `portmap` makes for the first pod with a host port, shares among
/// all pods of the machine, and never takes away.
record HostPortRules(Commands commands) {
  /// Jumps to the rules of each pod; empty if no pod has a host port.
  private static final String PODS = "CNI-HOSTPORT-DNAT";

  private static final List<String> CHAINS =
      List.of(PODS, "CNI-HOSTPORT-MASQ", "CNI-HOSTPORT-SETMARK");

  /// One protocol: its programs, and what nft calls its tables.
  private record Protocol(String save, String restore, String family) {}

  private static final List<Protocol> PROTOCOLS =
      List.of(
          new Protocol("iptables-save", "iptables-restore", "ip"),
          new Protocol("ip6tables-save", "ip6tables-restore", "ip6"));

  /// Takes them away if no pod of anybody needs them.
  ///
  /// @throws IOException if the rules are there and cannot be removed
  void removeIfUnused() throws IOException, InterruptedException {
    for (var protocol : PROTOCOLS) {
      // Without the program there is no plugin that could have used it.
      var rules = commands.run("", protocol.save(), "-t", "nat").output().lines().toList();
      if (rules.stream().anyMatch(line -> line.startsWith(":" + PODS + " ")) && !isUsed(rules)) {
        remove(protocol, rules);
      }
    }
  }

  private static boolean isUsed(List<String> rules) {
    return rules.stream().anyMatch(line -> line.startsWith("-A " + PODS + " "));
  }

  private void remove(Protocol protocol, List<String> rules)
      throws IOException, InterruptedException {
    var change = new StringBuilder("*nat\n");
    for (var rule : rules) {
      if (rule.startsWith("-A ") && CHAINS.stream().anyMatch(it -> rule.endsWith(" -j " + it))) {
        change.append("-D").append(rule.substring(2)).append('\n');
      }
    }
    var chains =
        CHAINS.stream()
            .filter(chain -> rules.stream().anyMatch(it -> it.startsWith(":" + chain + " ")))
            .toList();
    chains.forEach(chain -> change.append("-F ").append(chain).append('\n'));
    chains.forEach(chain -> change.append("-X ").append(chain).append('\n'));
    change.append("COMMIT\n");
    var result = commands.run(change.toString(), protocol.restore(), "--noflush");
    if (result.exitCode() != 0) {
      throw new IOException("cannot remove the rules of host ports: " + result.error());
    }
    removeTableIfEmpty(protocol);
  }

  /// The table itself came with the first rule. Whoever wants it again makes it again.
  private void removeTableIfEmpty(Protocol protocol) throws InterruptedException {
    var rest = commands.run("", protocol.save(), "-t", "nat");
    boolean empty =
        rest.exitCode() == 0
            && rest.output()
                .lines()
                .noneMatch(line -> line.startsWith("-A ") || line.endsWith(" - [0:0]"));
    if (empty) {
      // The older programs keep their rules elsewhere; then there is no such table to take away.
      commands.run("", "nft", "delete", "table", protocol.family(), "nat");
    }
  }
}
