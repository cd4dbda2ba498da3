package io.kubejar.standalone;

import io.kubejar.cri.ContainerdClient;
import io.kubejar.cri.CriException;
import io.kubejar.standalone.layout.ClusterRecord;
import io.kubejar.standalone.node.NodeDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Images without a registry.
@Command(
    name = "image",
    mixinStandardHelpOptions = true,
    description = "Loads and lists images, without a registry.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ImageCommand.Load.class, ImageCommand.Shown.class})
final class ImageCommand implements Runnable {
  @Override
  public void run() {
    throw CommandFailure.usage("say what to do: kubejar image load FILE, or kubejar image list");
  }

  /// Loads images from a file into the node's container runtime.
  @Command(
      name = "load",
      mixinStandardHelpOptions = true,
      description = {
        "Loads the images of a tar file into the cluster's node.",
        "FILE is what 'docker save' or 'podman save' writes, or an OCI image layout as a tar file.",
      })
  static final class Load implements Callable<Integer> {
    @Mixin private ClusterSelection cluster = new ClusterSelection();

    @Parameters(paramLabel = "FILE", description = "the tar file")
    private Path file = Path.of("");

    @Override
    public Integer call() throws InterruptedException {
      if (!Files.isRegularFile(file)) {
        throw CommandFailure.because("there is no file " + file);
      }
      try (var containerd = connect(cluster)) {
        var names = containerd.importImages(file);
        names.forEach(name -> System.out.println("Loaded " + name));
        return 0;
      } catch (IOException e) {
        throw CommandFailure.because("no image is loaded: " + e.getMessage());
      } catch (CriException e) {
        throw explained(e);
      }
    }
  }

  /// Names the images that the node has.
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Names the images that the cluster's node has.")
  static final class Shown implements Callable<Integer> {
    @Mixin private ClusterSelection cluster = new ClusterSelection();

    @Override
    public Integer call() throws InterruptedException {
      try (var containerd = connect(cluster)) {
        List<ContainerdClient.ImageName> images = containerd.images();
        images.stream()
            .sorted(Comparator.comparing(ContainerdClient.ImageName::name))
            .forEach(image -> System.out.println(image.name() + "  " + image.digest()));
        return 0;
      } catch (CriException e) {
        throw explained(e);
      }
    }
  }

  private static ContainerdClient connect(ClusterSelection selection) {
    ClusterRecord record = selection.require();
    if (!record.node()) {
      throw CommandFailure.because("cluster " + record.name() + " has no node to load images into");
    }
    var socket = NodeDirectories.of(record).containerd().socket();
    if (!Files.exists(socket)) {
      throw CommandFailure.because(
          "the container runtime of cluster "
              + record.name()
              + " is not running; start it with: kubejar up"
              + selection.suffix());
    }
    return ContainerdClient.connect(socket, InstantSource.system());
  }

  private static CommandFailure explained(CriException e) {
    var what = e.unreachable() ? "does not answer: " : "refuses: ";
    return CommandFailure.because("the container runtime " + what + e.getMessage());
  }
}
