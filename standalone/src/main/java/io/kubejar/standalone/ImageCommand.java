package io.kubejar.standalone;

import io.kubejar.cri.containerd.ImageStore;
import java.nio.file.Files;
import java.nio.file.Path;
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
    subcommands = {ImageCommand.Load.class, ImageCommand.ListImages.class})
final class ImageCommand implements Runnable {
  @Override
  public void run() {
    throw CommandFailure.usage("say what to do: kubejar image load FILE, or kubejar image list");
  }
}
