package io.kubejar.standalone;

import io.kubejar.standalone.layout.ClusterRecord;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What a person reads when the cluster is ready: where it is and what to try next.
record Greeting(ClusterRecord cluster, String suffix, @Nullable Path extraKubeconfig) {
  String text() {
    var where =
        "The kubeconfig has a context "
            + cluster.context()
            + " now"
            + (extraKubeconfig == null ? "." : ", also written to " + extraKubeconfig + ".");
    return """

    Cluster %s is ready at https://127.0.0.1:%d
    %s

    Try next:
      kubectl --context %s get nodes,pods -A
      ./kubejar image load FILE.tar%s   an image without a registry
      ./kubejar status%s
      ./kubejar down%s                  stop it; --purge removes every trace\
    """
        .formatted(
            cluster.name(), cluster.apiPort(), where, cluster.context(), suffix, suffix, suffix);
  }
}
