"use client";
// How the devices of a type look: from the front and from the rear. A picture is sent when it is chosen, apart from the form around it.
import { ImagePlus, Trash2 } from "lucide-react";
import { useRef } from "react";
import { toast } from "@/components/toasts";
import { Button } from "@/components/ui/button";
import { useDeviceTypes } from "./assets-api";
import type { DeviceType } from "./assets-types";
import { imageUrl } from "./elevation-model";
import { useSetTypeImage } from "./inventory-api";

const mostBytes = 512 * 1024;

export function TypeImages({ type, readOnly }: { type: DeviceType; readOnly: boolean }) {
  const current = useDeviceTypes().data?.items.find(({ id }) => id === type.id) ?? type;
  return (
    <fieldset className="grid gap-2">
      <legend className="pb-1 font-medium text-sm">Pictures</legend>
      <div className="grid gap-3 sm:grid-cols-2">
        <FaceImage type={current} face="front" readOnly={readOnly} />
        <FaceImage type={current} face="rear" readOnly={readOnly} />
      </div>
      {!readOnly && (
        <p className="text-muted text-xs">PNG, JPEG or WebP, at most 512 KiB. Elevations show them on demand.</p>
      )}
    </fieldset>
  );
}

function FaceImage({ type, face, readOnly }: { type: DeviceType; face: "front" | "rear"; readOnly: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const image = useSetTypeImage(type.id);
  const tag = type.images[face];
  const set = (file: Blob | undefined) => {
    if (file && file.size > mostBytes) return toast(`The file has ${Math.ceil(file.size / 1024)} KiB: at most 512.`);
    image.mutate({ face, file }, { onError: ({ message }) => toast(`The ${face} picture: ${message}`) });
  };
  return (
    <div className="grid content-start gap-2">
      <div className="grid h-24 place-items-center overflow-hidden rounded-md border bg-raised">
        {tag ? (
          // biome-ignore lint/performance/noImgElement: pages are exported, nothing makes images smaller there
          <img
            src={imageUrl(type.id, face, tag)}
            alt={`${type.manufacturer} ${type.model}, ${face}`}
            className="max-h-24 max-w-full object-contain"
          />
        ) : (
          <span className="text-muted text-xs">no picture of the {face}</span>
        )}
      </div>
      {!readOnly && (
        <div className="flex flex-wrap gap-2">
          <Button size="small" disabled={image.isPending} onClick={() => input.current?.click()}>
            <ImagePlus aria-hidden /> {tag ? `Change ${face}` : `Choose ${face}`}
          </Button>
          {tag && (
            <Button size="small" disabled={image.isPending} onClick={() => set(undefined)}>
              <Trash2 aria-hidden /> Remove {face}
            </Button>
          )}
          <input
            ref={input}
            type="file"
            hidden
            accept="image/png,image/jpeg,image/webp"
            aria-label={`Picture of the ${face}`}
            onChange={({ target }) => {
              const [file] = target.files ?? [];
              target.value = "";
              if (file) set(file);
            }}
          />
        </div>
      )}
    </div>
  );
}
