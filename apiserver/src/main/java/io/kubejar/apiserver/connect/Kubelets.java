package io.kubejar.apiserver.connect;

import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.NodeAddress;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apiserver.verbs.Resources;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Finds the kubelets of nodes.
///
/// @param tls the certificate shown to them, and who signs theirs; null if there are none
record Kubelets(Resources resources, @Nullable TlsSource tls) {
  private static final int USUAL_PORT = 10250;

  /// Which of a node's addresses is tried first.
  private static final List<String> ADDRESS_TYPES =
      List.of("InternalIP", "ExternalIP", "Hostname", "InternalDNS", "ExternalDNS");

  Backend of(String nodeName) throws InterruptedException {
    return of(nodeName, own());
  }

  /// The same without a look at who signed the kubelet's certificate.
  Backend unverified(String nodeName) throws InterruptedException {
    var own = own();
    return of(nodeName, () -> TlsMaterial.believingAnybody(own.current().key()));
  }

  private Backend of(String nodeName, TlsSource shown) throws InterruptedException {
    var node = resources.of(Node.RESOURCE).get(ObjectKey.clusterScoped(nodeName));
    int port = node.status().daemonEndpoints().kubeletEndpoint().Port();
    return new Backend(address(node), port == 0 ? USUAL_PORT : port, shown, "");
  }

  private TlsSource own() {
    if (tls == null) {
      throw ApiException.serviceUnavailable("this server has no certificate for kubelets");
    }
    return tls;
  }

  private static String address(Node node) {
    var addresses = node.status().addresses();
    return ADDRESS_TYPES.stream()
        .flatMap(
            type ->
                addresses.stream().filter(it -> it.type().equals(type)).map(NodeAddress::address))
        .findFirst()
        .orElseThrow(
            () ->
                ApiException.unexplained(
                    "no preferred addresses found; known addresses: "
                        + addresses.stream()
                            .map(it -> "{" + it.type() + " " + it.address() + "}")
                            .collect(Collectors.joining(" ", "[", "]"))));
  }
}
