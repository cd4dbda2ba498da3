package io.kubejar.standalone.node;

import io.kubejar.api.core.v1.Node;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.client.Client;
import io.kubejar.client.ListOptions;
import io.kubejar.client.ThreadedRuntime;
import io.kubejar.client.WatchEvent;
import io.kubejar.client.WatchOptions;
import io.kubejar.controlplane.ControlPlane;
import io.kubejar.controlplane.pki.ClusterPki;
import io.kubejar.cri.linux.ManagedContainerd;
import io.kubejar.dns.Askers;
import io.kubejar.dns.DnsConfig;
import io.kubejar.dns.DnsServer;
import io.kubejar.dns.DnsService;
import io.kubejar.dns.HostResolvers;
import io.kubejar.dns.Resolver;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import io.kubejar.kubelet.Kubelet;
import io.kubejar.kubelet.KubeletOptions;
import io.kubejar.proxy.Proxy;
import io.kubejar.proxy.ProxyConfig;
import io.kubejar.proxy.linux.Commands;
import io.kubejar.proxy.linux.KernelSettings;
import io.kubejar.proxy.linux.NftCommand;
import io.kubejar.standalone.layout.ClusterRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// The parts of a node, wired: container runtime, kubelet, rules for Services, DNS. Each acts as
/// the user that upstream gives it.
public final class NodeParts {
  private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");
  private static final String DOMAIN = "cluster.local";
  private static final int DNS_PORT = 53;

  private final String nodeName;
  private final Client client;
  private final List<Part> parts;

  private NodeParts(String nodeName, Client client, List<Part> parts) {
    this.nodeName = nodeName;
    this.client = client;
    this.parts = parts;
  }

  /// Starts a node on this machine; returns when every part runs, which is before the node is
  /// Ready.
  public static NodeParts start(
      ClusterRecord cluster,
      ControlPlane controlPlane,
      ClusterPki pki,
      Clock clock,
      Consumer<RuntimeException> onFault)
      throws IOException, InterruptedException {
    var names = NodeNames.of(cluster);
    var nodeName =
        Files.readString(Path.of("/proc/sys/kernel/hostname")).strip().toLowerCase(Locale.ROOT);
    boolean bridgeNetfilter =
        new KernelSettings(Path.of("/proc/sys"), NodeNames.KERNEL_SETTINGS).prepare(false);
    var gateway = InetAddress.ofLiteral(cluster.bridgeAddress());
    new Bridge(names.bridge(), cluster.bridgeAddress() + "/24", Commands.here()).ensure();
    var directories = NodeDirectories.of(cluster);
    var containerd = ManagedContainerd.start(directories.containerd(), clock);
    var options = kubeletOptions(cluster, nodeName, containerd.socket(), pki);

    var parts = new ArrayList<Part>();
    parts.add(containerd.keepRunning()::stop);
    var asProxy = controlPlane.runtime(UserInfo.of("system:kube-proxy"), "kube-proxy", onFault);
    parts.add(asProxy::close);
    var proxyConfig =
        ProxyConfig.of(cluster.name(), nodeName, List.of(cluster.podCidr()))
            .withBridgeNetfilter(bridgeNetfilter);
    Proxy.install(asProxy, proxyConfig, new NftCommand(Commands.here()));
    asProxy.start();
    // The proxy's user may not list namespaces, which the DNS needs to deny names.
    var asDns =
        controlPlane.runtime(
            UserInfo.of("system:apiserver", UserInfo.MASTERS_GROUP), "dns", onFault);
    parts.add(asDns::close);
    parts.add(startDns(cluster, gateway, asDns)::close);
    asDns.start();
    var admin =
        controlPlane.client(UserInfo.of("system:apiserver", UserInfo.MASTERS_GROUP), "kubejar");
    new DnsService(cluster.dnsAddress(), new InetSocketAddress(gateway, DNS_PORT)).publish(admin);

    var asNode =
        controlPlane.runtime(
            UserInfo.of(UserInfo.NODE_PREFIX + nodeName, UserInfo.NODES_GROUP), "kubelet", onFault);
    parts.add(asNode::close);
    var view =
        new Kubelet.Cluster(
            asNode.client(), asNode.informers(), clock, asNode.events("kubelet", nodeName));
    parts.add(Kubelet.start(options, view)::close);
    asNode.start();
    return new NodeParts(nodeName, admin, List.copyOf(parts));
  }

  private static DnsServer startDns(
      ClusterRecord cluster, InetAddress gateway, ThreadedRuntime runtime) throws IOException {
    var upstreams = HostResolvers.read(RESOLV_CONF, List.of(gateway));
    var config = DnsConfig.of(DOMAIN, InetAddress.ofLiteral(cluster.dnsAddress()), upstreams);
    var resolver = Resolver.of(config, runtime.informers(), runtime.random());
    return DnsServer.start(
        List.of(new InetSocketAddress(gateway, DNS_PORT)),
        Askers.of(List.of(cluster.podCidr())),
        resolver);
  }

  private static KubeletOptions kubeletOptions(
      ClusterRecord cluster, String nodeName, Path socket, ClusterPki pki) {
    var directories = NodeDirectories.of(cluster);
    var names = NodeNames.of(cluster);
    var addresses = HostAddresses.all();
    var serving = pki.kubeletServer(nodeName, addresses);
    var tls = TlsSource.fixed(new TlsMaterial(serving, List.of(pki.authority().certificate())));
    return KubeletOptions.defaults(
            nodeName, List.of(HostAddresses.primary(cluster.bridgeAddress())))
        .withRuntimeSocket(socket)
        .withPlaces(
            new KubeletOptions.Places(
                directories.kubelet(),
                directories.podLogs(),
                directories.containerd().cniConfig(),
                directories.root().resolve("cni-state")))
        .withNetwork(
            new KubeletOptions.Network(
                List.of(cluster.dnsAddress()),
                DOMAIN,
                RESOLV_CONF,
                names.bridge(),
                cluster.nodePodCidr()))
        .withCgroupRoot(names.cgroupRoot())
        .withServer(new InetSocketAddress(cluster.kubeletPort()), tls);
  }

  /// Waits until the node says that it takes pods.
  public void awaitReady() throws InterruptedException {
    var selection = ListOptions.ALL.withFieldSelector("metadata.name=" + nodeName);
    while (true) {
      try (var watch = client.watch(Node.RESOURCE, WatchOptions.withInitialEvents(selection))) {
        for (var event = watch.take(); !isEnd(event); event = watch.take()) {
          if (tellsReady(event)) {
            return;
          }
        }
      }
    }
  }

  private static boolean tellsReady(WatchEvent<Node> event) {
    return switch (event) {
      case WatchEvent.Added<Node>(var node) -> isReady(node);
      case WatchEvent.Modified<Node>(var node) -> isReady(node);
      case WatchEvent.Deleted<Node> _,
          WatchEvent.Bookmark<Node> _,
          WatchEvent.Failed<Node> _,
          WatchEvent.Closed<Node> _ ->
          false;
    };
  }

  private static boolean isEnd(WatchEvent<Node> event) {
    return event instanceof WatchEvent.Closed<Node> || event instanceof WatchEvent.Failed<Node>;
  }

  private static boolean isReady(Node node) {
    return node.status().conditions().stream()
        .anyMatch(each -> each.type().equals("Ready") && each.status().equals("True"));
  }

  /// Stops the parts, the last started first. Containers and rules stay.
  public void stop() throws InterruptedException {
    for (var part : parts.reversed()) {
      part.stop();
    }
  }

  /// How one part is stopped.
  private interface Part {
    void stop() throws InterruptedException;
  }
}
