package io.kubejar.standalone.node;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.client.AssembledRuntime;
import io.kubejar.controlplane.ControlPlane;
import io.kubejar.controlplane.pki.ClusterPki;
import io.kubejar.cri.linux.ManagedContainerd;
import io.kubejar.dns.Askers;
import io.kubejar.dns.DnsAccount;
import io.kubejar.dns.DnsConfig;
import io.kubejar.dns.DnsServer;
import io.kubejar.dns.DnsService;
import io.kubejar.dns.HostResolvers;
import io.kubejar.dns.Resolver;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import io.kubejar.kubelet.Kubelet;
import io.kubejar.kubelet.KubeletOptions;
import io.kubejar.proxy.HealthServers;
import io.kubejar.proxy.Proxy;
import io.kubejar.proxy.ProxyConfig;
import io.kubejar.proxy.linux.Commands;
import io.kubejar.proxy.linux.KernelSettings;
import io.kubejar.proxy.linux.NftCommand;
import io.kubejar.standalone.layout.ClusterRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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

  private final NodeReadiness readiness;
  private final List<Part> parts;

  private NodeParts(NodeReadiness readiness, List<Part> parts) {
    this.readiness = readiness;
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
    var since = clock.instant();
    var names = NodeNames.of(cluster);
    var nodeName = HostAddresses.hostname().toLowerCase(Locale.ROOT);
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
    var healthPorts = new HealthServers(new InetSocketAddress(0).getAddress());
    parts.add(healthPorts::close);
    Proxy.install(asProxy, proxyConfig, new NftCommand(Commands.here()), healthPorts);
    asProxy.start();
    var admin =
        controlPlane.client(UserInfo.of("system:apiserver", UserInfo.MASTERS_GROUP), "kubejar");
    DnsAccount.publish(admin);
    var asDns =
        controlPlane.runtime(
            UserInfo.of(DnsAccount.USER, DnsAccount.GROUPS.toArray(String[]::new)),
            "coredns",
            onFault);
    parts.add(asDns::close);
    parts.add(startDns(cluster, gateway, asDns)::close);
    asDns.start();
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
    return new NodeParts(new NodeReadiness(admin, nodeName, since), List.copyOf(parts));
  }

  private static DnsServer startDns(
      ClusterRecord cluster, InetAddress gateway, AssembledRuntime runtime) throws IOException {
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

  /// Waits until the node has said, since it was started, that it takes pods.
  public void awaitReady() throws InterruptedException {
    readiness.await();
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
