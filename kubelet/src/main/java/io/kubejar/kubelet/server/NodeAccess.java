package io.kubejar.kubelet.server;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/// Who may use the node's server: the API server, by its certificate, and cluster administrators.
/// Being signed by the cluster's authority is not enough, as every user's certificate is.
final class NodeAccess {
  private static final Set<String> NAMES =
      Set.of("kube-apiserver-kubelet-client", "kube-apiserver");
  private static final Set<String> GROUPS = Set.of("system:masters", "kubeadm:cluster-admins");

  private NodeAccess() {}

  static boolean allows(List<X509Certificate> chain) {
    if (chain.isEmpty()) {
      return false;
    }
    try {
      var name = new LdapName(chain.getFirst().getSubjectX500Principal().getName());
      return name.getRdns().stream()
          .anyMatch(
              part ->
                  (part.getType().equalsIgnoreCase("CN") ? NAMES : groupsIf(part.getType()))
                      .contains(part.getValue().toString()));
    } catch (InvalidNameException e) {
      return false;
    }
  }

  private static Set<String> groupsIf(String type) {
    return type.equalsIgnoreCase("O") ? GROUPS : Set.of();
  }
}
