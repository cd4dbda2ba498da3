package io.kubejar.kubelet.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// This machine, by system calls and by the files under /proc and /sys.
public final class LinuxHost implements Host {
  private static final int DETACH = 2; // MNT_DETACH
  private static final int NO_SUCH_MOUNT = 22; // EINVAL
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle MOUNT =
      function(
          "mount",
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG,
          ValueLayout.ADDRESS);
  private static final MethodHandle UMOUNT =
      function("umount2", ValueLayout.ADDRESS, ValueLayout.JAVA_INT);

  private final Cgroups cgroups = Cgroups.ofThisMachine();

  @SuppressWarnings("restricted")
  private static MethodHandle function(String name, MemoryLayout... parameters) {
    var linker = Linker.nativeLinker();
    var address = linker.defaultLookup().findOrThrow(name);
    var type = FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters);
    return linker.downcallHandle(address, type, Linker.Option.captureCallState("errno"));
  }

  @Override
  public void mountMemory(Path target, String options) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(STATE);
      var type = arena.allocateFrom("tmpfs");
      // A variable of its own: in the call its type would be inferred as Object.
      MemorySegment data = options.isEmpty() ? MemorySegment.NULL : arena.allocateFrom(options);
      int answer =
          (int)
              MOUNT.invokeExact(state, type, arena.allocateFrom(target.toString()), type, 0L, data);
      if (answer != 0) {
        throw new IOException("mount of tmpfs at " + target + " failed: errno " + errno(state));
      }
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("mount(2)", e);
    }
  }

  @Override
  public void unmount(Path target) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(STATE);
      int answer = (int) UMOUNT.invokeExact(state, arena.allocateFrom(target.toString()), DETACH);
      if (answer != 0 && errno(state) != NO_SUCH_MOUNT) {
        throw new IOException("unmount of " + target + " failed: errno " + errno(state));
      }
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("umount2(2)", e);
    }
  }

  private static int errno(MemorySegment state) {
    return (int) ERRNO.get(state, 0L);
  }

  @Override
  public List<Path> mountsBelow(Path directory) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
        .map(line -> Path.of(line.split(" ", 6)[4].replace("\\040", " ")))
        .filter(point -> point.startsWith(directory))
        .toList();
  }

  @Override
  public void limitCgroup(String path, CgroupLimits limits) throws IOException {
    cgroups.limit(path, limits);
  }

  @Override
  public void removeCgroup(String path) throws IOException {
    cgroups.remove(path);
  }

  @Override
  public String runtimeCgroup(String path) {
    return path;
  }

  @Override
  public boolean unifiedCgroups() {
    return cgroups.unified();
  }

  @Override
  public Usage usage(String cgroup) throws IOException {
    return cgroups.usage(cgroup);
  }

  @Override
  public long memoryBytes() throws IOException {
    return MachineFacts.readMemory();
  }
}
