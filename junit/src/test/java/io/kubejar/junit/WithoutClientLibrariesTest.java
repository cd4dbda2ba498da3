package io.kubejar.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Runs a test class in a world where nobody has put the client libraries on the class path.
@Timeout(60)
class WithoutClientLibrariesTest {
  @Test
  void theExtensionWorks() throws Exception {
    var thread = Thread.currentThread();
    var before = thread.getContextClassLoader();
    try (var world = new URLClassLoader(urls(), ClassLoader.getPlatformClassLoader())) {
      thread.setContextClassLoader(world);
      assertThatThrownBy(() -> world.loadClass("io.fabric8.kubernetes.client.KubernetesClient"))
          .isInstanceOf(ClassNotFoundException.class);
      assertThatThrownBy(() -> world.loadClass("io.kubernetes.client.openapi.ApiClient"))
          .isInstanceOf(ClassNotFoundException.class);

      var outer = world.loadClass("io.kubejar.junit.ClusterLivesTest");
      var run = outer.getDeclaredMethod("run", Class.class);
      run.setAccessible(true);
      var summary =
          run.invoke(null, world.loadClass("io.kubejar.junit.ClusterLivesTest$SharedCase"));

      var type = world.loadClass("org.junit.platform.launcher.listeners.TestExecutionSummary");
      assertThat(type.getMethod("getTestsSucceededCount").invoke(summary)).isEqualTo(2L);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static URL[] urls() throws Exception {
    var urls = new ArrayList<URL>();
    for (var entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      var path = Path.of(entry);
      var name = path.getFileName().toString();
      if (!name.startsWith("kubernetes-") && !name.startsWith("client-java")) {
        urls.add(path.toUri().toURL());
      }
    }
    return urls.toArray(URL[]::new);
  }
}
