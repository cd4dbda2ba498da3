package io.kubejar.proxy.linux;

import io.kubejar.proxy.Netfilter;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The packet filter through the programs `nft` and `conntrack`.
public final class NftCommand implements Netfilter {
  private static final Logger log = LoggerFactory.getLogger(NftCommand.class);

  private final Commands commands;

  public NftCommand(Commands commands) {
    this.commands = commands;
  }

  @Override
  public void apply(String transaction) throws InterruptedException {
    var result = commands.run(transaction, "nft", "-f", "-");
    if (result.exitCode() != 0) {
      throw new RefusedException("nft exit code " + result.exitCode() + ": " + result.error());
    }
  }

  @Override
  public List<String> tables() throws InterruptedException {
    var result = commands.run("", "nft", "list", "tables");
    if (result.exitCode() != 0) {
      throw new RefusedException("nft exit code " + result.exitCode() + ": " + result.error());
    }
    return result
        .output()
        .lines()
        .filter(line -> line.startsWith("table "))
        .map(line -> line.substring("table ".length()).strip())
        .toList();
  }

  @Override
  public void forgetFlows(Flow flow) throws InterruptedException {
    var command = new ArrayList<>(List.of("conntrack", "-D", "-p", "udp"));
    command.addAll(List.of("-f", flow.ipv6() ? "ipv6" : "ipv4"));
    if (!flow.destination().isEmpty()) {
      command.addAll(List.of("--orig-dst", flow.destination()));
    }
    command.addAll(List.of("--orig-port-dst", Integer.toString(flow.port())));
    if (!flow.endpoint().isEmpty()) {
      command.addAll(List.of("--dst-nat", flow.endpoint()));
    }
    var result = commands.run("", command.toArray(String[]::new));
    // It also fails when there is nothing to forget, which is the usual case.
    if (result.exitCode() != 0 && !result.error().contains("0 flow entries")) {
      log.warn("Cannot forget flows. flow={} why={}", flow, result.error());
    }
  }
}
